import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DetailsAsked } from '../../analysis/details.ts';
import type { Snapshot } from '../../analysis/snapshot.ts';
import type { MetricsMoment } from '../../export/metrics/moment.ts';
import type { SourceHealth } from '../../model/source-health.ts';

/** One address of the server. A new page is one of these and a row in the table of `serve.ts`. */
export interface Route {
  /** Exactly so, without a query; nothing else of the file system or the network is reached through it. */
  readonly path: string;
  /** Stays open as long as its client does: the deadline of a request is not for it. */
  readonly stays?: true;
  /** What its page may load, as the header of that name has it; without it nothing. */
  readonly contentSecurityPolicy?: string;
  /** Answers GET; the server has seen to method, size, host name and password before. What it throws becomes a 500. */
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

/** What the routes show: this machine or a recording, and the programs that are recorded meanwhile. */
export interface Served {
  /** Name of this machine, or of the one that was recorded. */
  readonly host: string;
  /** How each source of figures does; without a look at the figures. */
  sources(): readonly SourceHealth[];
  /** The moment of the last look: two seconds old at most. */
  moment(): MetricsMoment;
  /** The present of what is watched, with what is asked for. */
  snapshot(asked?: DetailsAsked): Snapshot;
  /** Calls back after each look. Returns what ends it. */
  onLook(listener: () => void): () => void;
  /** Each source has given its first whole look, or said why it cannot. */
  readonly firstLook: Promise<void>;
  /** Ends it; true where a call of a driver has not come back. */
  close(): Promise<boolean>;
}
