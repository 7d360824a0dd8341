import { clean } from '../../model/clean-text.ts';

/** What may be wrong with clients, by kind. */
export const troubleKinds = {
  'no-http': 'sent what is no HTTP request',
  'too-large': 'sent a request that is too large',
  'too-slow': 'did not send its request in time',
  body: 'sent a request with a body',
  pipelined: 'sent a request before the last one was answered',
  method: 'asked with another method than GET and HEAD',
  address: 'asked for an address that is not here',
  host: 'asked for another host name than this machine has by itself, as a page of another site may make a browser do',
  password: 'sent no password or a wrong one',
  guesses: 'sent passwords faster than they are checked',
  certificate: 'has no certificate that is accepted',
  handshake: 'failed to agree on TLS',
  unread: 'did not get or take its answer in time',
  connections: 'opened more connections than are kept',
  failed: 'could not be answered',
} as const;
export type TroubleKind = keyof typeof troubleKinds;

/** A detail longer than this says nothing more. */
const longestDetail = 120;

/** Tells the first trouble of each kind and counts the others: a client must not be able to fill a log. */
export class TroubleLog {
  readonly #tell: (sentence: string) => void;
  readonly #counts = new Map<TroubleKind, number>();

  constructor(tell: (sentence: string) => void) {
    this.#tell = tell;
  }

  /** @param detail what the client sent or what failed; it may hold anything */
  note(kind: TroubleKind, client: string | undefined, detail = ''): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count > 1) return;
    const what = detail === '' ? '' : ` (${clean(detail.slice(0, longestDetail))})`;
    this.#tell(
      `${client ?? 'A client'} ${troubleKinds[kind]}${what}. More of these are counted in /healthz.`,
    );
  }

  /** How often each kind was met. */
  get counts(): Readonly<Partial<Record<TroubleKind, number>>> {
    return Object.fromEntries(this.#counts);
  }
}
