/** What one client may ask of the server, so that none can take it from the others. Times in milliseconds. */
export interface ServerLimits {
  /** All headers of a request together; more is answered 431. */
  readonly headerBytes: number;
  /** Of the request's target; more is answered 414. */
  readonly targetCharacters: number;
  /** From the connection, or the first byte of a request, to the end of its headers. */
  readonly headersMs: number;
  /** To the end of the request. */
  readonly requestMs: number;
  /** From the request to the last byte of its answer; not for routes that stay open. */
  readonly responseMs: number;
  /** How long an idle connection is kept. */
  readonly keepAliveMs: number;
  /** How often the times above are looked at. */
  readonly checkMs: number;
  /** How long a refused connection is read on, so that its client sees the answer. */
  readonly lingerMs: number;
  readonly connections: number;
  /** Of one address of another machine. */
  readonly connectionsOfAddress: number;
  /** At the end, until open connections are cut. */
  readonly closeMs: number;
}

export const serverLimits: ServerLimits = {
  headerBytes: 8192,
  targetCharacters: 2048,
  headersMs: 5000,
  requestMs: 10_000,
  responseMs: 10_000,
  // Prometheus asks once a minute unless told otherwise, and keeps its connection meanwhile.
  keepAliveMs: 75_000,
  checkMs: 1000,
  lingerMs: 1000,
  connections: 256,
  connectionsOfAddress: 64,
  closeMs: 1000,
};
