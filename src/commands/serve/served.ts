import { hostname as nameOfHost } from 'node:os';
import { basename, resolve } from 'node:path';
import type { CollectorSettings } from '../../../collectors/collector.ts';
import { type DetailsAsked, nothingAsked } from '../../analysis/details.ts';
import type { Snapshot } from '../../analysis/snapshot.ts';
import type { MetricsMoment, RunMoment } from '../../export/metrics/moment.ts';
import { messageOf, WarpwatchError } from '../../model/errors.ts';
import { openTop, type TopSource } from '../top/source.ts';
import { warpwatchVersion } from '../version.ts';
import type { Served } from './route.ts';
import { type FollowedRuns, followRuns } from './runs.ts';

export interface ServedOptions {
  /** A recording to follow, instead of sampling this machine. */
  readonly recording?: string | undefined;
  /** Recordings that are being written below it are followed as well. */
  readonly runs?: string | undefined;
  readonly intervalMs: number;
  readonly settings: CollectorSettings;
  /** The label `host`; left out for the machine's own name. */
  readonly hostname?: string | undefined;
  /** Takes a sentence for the person who started it. */
  tell(sentence: string): void;
  /** After this a new timeline is begun; tests do not wait for it. */
  readonly renewMs?: number;
}

const slowestLookMs = 2000;
/** A timeline holds 104 days, which a server outlives. */
const timelineMs = 90 * 86_400_000;

/**
 * Time between two looks. However rarely the sources are asked, looks come every other second: what is old by then must not be
 * told as the present.
 * @param intervalMs between two samples
 */
export function lookMs(intervalMs: number): number {
  return Math.min(intervalMs, slowestLookMs);
}

/**
 * Samples this machine, or follows a recording, for those who ask over the network. Looks take what has come; a snapshot is worked out only when somebody asks, once a look for `moment`.
 * @throws WarpwatchError `usage` where a recording and runs are named; as the recording and `followRuns` do
 */
export async function openServed(options: ServedOptions): Promise<Served> {
  const { recording, runs: directory, intervalMs, settings, tell } = options;
  if (recording !== undefined && directory !== undefined) {
    throw new WarpwatchError(
      'usage',
      '--recording shows one recording, --runs those of a directory: leave one out.',
    );
  }
  const runs = directory === undefined ? null : followRuns(directory, { tell });
  const open = () => openTop({ recording, intervalMs, settings });
  const name = recording === undefined ? null : basename(resolve(recording));
  const served = new LookingServed(await open(), open, runs, name, options);
  served.look();
  return served;
}

class LookingServed implements Served {
  readonly firstLook: Promise<void>;
  readonly host: string;
  #source: TopSource;
  readonly #open: () => Promise<TopSource>;
  readonly #renewMs: number;
  #openedMs = performance.now();
  /** Ends when a new timeline is looked at; true where a call of a driver has not come back from the old one. */
  #renewal: Promise<boolean> = Promise.resolve(false);
  readonly #runs: FollowedRuns | null;
  /** Name of the recording that is shown; null for this machine. */
  readonly #recording: string | null;
  readonly #tell: ServedOptions['tell'];
  readonly #timer: NodeJS.Timeout;
  readonly #listeners = new Set<() => void>();
  #moment: MetricsMoment | null = null;
  #trouble = '';

  constructor(
    source: TopSource,
    open: () => Promise<TopSource>,
    runs: FollowedRuns | null,
    recording: string | null,
    { hostname, intervalMs, tell, renewMs = timelineMs }: ServedOptions,
  ) {
    this.#source = source;
    this.#open = open;
    this.#renewMs = renewMs;
    this.#runs = runs;
    this.#recording = recording;
    this.host = hostname ?? source.hostName ?? nameOfHost();
    this.#tell = tell;
    this.firstLook = source.firstLook;
    this.#timer = setInterval(() => this.look(), lookMs(intervalMs));
  }

  moment(): MetricsMoment {
    this.#moment ??= this.#look();
    return this.#moment;
  }

  sources() {
    return this.#source.sources();
  }

  snapshot(asked?: DetailsAsked): Snapshot {
    const snapshot = this.#source.poll(asked);
    // "This machine" says nothing to those who look from another one.
    return this.#recording === null ? { ...snapshot, title: this.host } : snapshot;
  }

  onLook(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<boolean> {
    clearInterval(this.#timer);
    this.#listeners.clear();
    this.#runs?.close();
    const hung = await this.#renewal;
    return (await this.#source.close()) || hung;
  }

  /** Takes what has come since the last look. */
  look(): void {
    this.#moment = null;
    if (this.#recording === null && performance.now() - this.#openedMs > this.#renewMs) {
      this.#openedMs = performance.now();
      this.#renewal = this.#renew(this.#renewal);
    }
    try {
      this.#source.keepUp();
      this.#runs?.keepUp();
      this.#trouble = '';
    } catch (error) {
      // A recording that has gone: whoever asks is told by an error, the person here once.
      if (messageOf(error) !== this.#trouble) this.#tell(messageOf(error));
      this.#trouble = messageOf(error);
    }
    for (const listener of this.#listeners) listener();
  }

  /** Begins a new timeline of this machine, and leaves the old one when it is whole. */
  async #renew(before: Promise<boolean>): Promise<boolean> {
    const hung = await before;
    const next = await this.#open();
    await next.firstLook;
    const old = this.#source;
    this.#source = next;
    return (await old.close()) || hung;
  }

  #look(): MetricsMoment {
    const recorded = this.#recording;
    const machine = this.snapshot(recorded === null ? nothingAsked : { ...nothingAsked, ranks: true });
    const runs: readonly RunMoment[] =
      recorded === null ? (this.#runs?.moments() ?? []) : [{ name: recorded, snapshot: machine }];
    return {
      host: this.host,
      version: warpwatchVersion(),
      machine,
      sources: this.sources(),
      runs,
    };
  }
}
