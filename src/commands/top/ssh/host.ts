import { setTimeout as delay } from 'node:timers/promises';
import type { FleetMember } from '../../../analysis/fleet/fleet.ts';
import type { Snapshot } from '../../../analysis/snapshot.ts';
import { messageOf, WarpwatchError } from '../../../model/errors.ts';
import type { Seconds } from '../../../model/units.ts';
import { type Connection, connect } from './connection.ts';
import { HostCurves } from './host-curves.ts';
import type { Slots } from './slots.ts';
import { type SshTarget, sshArguments } from './targets.ts';
import { parseTopLine } from './top-line.ts';

export interface SshHostOptions {
  /** What the shell of the other machine runs; it prints lines of `top --json`. */
  readonly command: string;
  /** Between two lines. */
  readonly intervalSeconds: Seconds;
  /** One line is all that is wanted, and one try. */
  readonly once: boolean;
  /** Who may connect at present. */
  readonly slots: Slots;
  /** How long it may say nothing; tests hurry. */
  readonly limits?: SilenceLimits;
}

export interface SilenceLimits {
  readonly firstWordSeconds: Seconds;
  readonly laterSeconds: Seconds;
}

/** Node may have to be read from a slow disk, and a driver to be asked. */
const firstWordSeconds = 30;
/** So many intervals without a line, and at least this long, is a host that hangs. */
const silentIntervals = 5;
const leastSilentSeconds = 10;

function limitsOf(intervalSeconds: Seconds): SilenceLimits {
  return {
    firstWordSeconds: firstWordSeconds + intervalSeconds,
    laterSeconds: Math.max(leastSilentSeconds, silentIntervals * intervalSeconds),
  };
}

/** Shells greet, and say so where nobody asked; a stream of such lines is something else. */
const mostForeignLines = 100;
const longestPauseSeconds = 60;

/** The pause before the next try: 1, 2, 4 … 60 s. @param failures tries in a row that failed, from 1 */
export function pauseSeconds(failures: number): Seconds {
  return Math.min(longestPauseSeconds, 2 ** Math.min(failures - 1, 6));
}

/** One machine behind ssh: connects, listens, and where that ends tells why and begins anew. */
export class SshHost {
  readonly #target: SshTarget;
  readonly #options: SshHostOptions;
  readonly #curves: HostCurves;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  /** It has spoken once, or why it does not is known. */
  readonly firstWord: Promise<void>;
  #tellFirstWord: () => void = () => undefined;
  #connection: Connection | null = null;
  #snapshot: Snapshot | null = null;
  #heardSeconds = 0;
  #isUp = false;
  #why = '';

  constructor(target: SshTarget, options: SshHostOptions) {
    this.#target = target;
    this.#options = options;
    this.#curves = new HostCurves(options.intervalSeconds);
    this.firstWord = new Promise((resolve) => {
      this.#tellFirstWord = resolve;
    });
    this.#running = this.#run();
  }

  /** How it stands. */
  member(): FleetMember {
    if (!this.#isUp && this.#snapshot !== null) this.#curves.skipTo(now());
    return {
      host: this.#target.name,
      exporters: ['warpwatch'],
      condition: this.#isUp ? 'up' : this.#why === '' ? 'connecting' : 'down',
      why: this.#isUp ? '' : this.#why,
      ageSeconds: this.#snapshot === null ? null : now() - this.#heardSeconds,
      snapshot: this.#snapshot,
    };
  }

  /** Ends ssh; resolves when it has ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#connection?.end('It was closed.');
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 1; !signal.aborted; failures++) {
      const giveBack = await this.#options.slots.take();
      const heard = signal.aborted ? false : await this.#listen(giveBack);
      giveBack();
      this.#tellFirstWord();
      if (this.#options.once) return;
      if (heard) failures = 1;
      // Rejected when it is closed meanwhile.
      await delay(pauseSeconds(failures) * 1e3, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One connection, to its end. @returns whether it brought a moment */
  async #listen(connected: () => void): Promise<boolean> {
    const { command, intervalSeconds, once, limits = limitsOf(intervalSeconds) } = this.#options;
    let heard = false;
    let foreign = '';
    let foreignLines = 0;
    const connection = connect(sshArguments(this.#target.destination, command), (line) => {
      if (line.trim() === '') return;
      try {
        this.#take(parseTopLine(line));
        heard = true;
        connected();
        limit.refresh();
      } catch (error) {
        foreign = messageOf(error);
        foreignLines += 1;
        const otherVersion = error instanceof WarpwatchError && error.code === 'newer-version';
        if (otherVersion || foreignLines > mostForeignLines) connection.end(sentence(foreign));
      }
    });
    this.#connection = connection;
    const limit = new Limit(limits, (seconds) =>
      connection.end(`It has said nothing for ${seconds} s; does \`top\` hang there?`),
    );
    const ended = await connection.ended;
    limit.end();
    this.#connection = null;
    if (once && heard) return true;
    this.#isUp = false;
    this.#why = !heard && foreign !== '' ? sentence(foreign) : ended;
    return heard;
  }

  #take(snapshot: Snapshot): void {
    this.#heardSeconds = now();
    this.#snapshot = this.#curves.add(snapshot, this.#heardSeconds);
    this.#isUp = true;
    this.#tellFirstWord();
  }
}

/** The longest time without a word: one for the first, another for those after it. */
class Limit {
  readonly #limits: SilenceLimits;
  readonly #passed: (seconds: Seconds) => void;
  #timer: NodeJS.Timeout;

  constructor(limits: SilenceLimits, passed: (seconds: Seconds) => void) {
    this.#limits = limits;
    this.#passed = passed;
    this.#timer = setTimeout(passed, limits.firstWordSeconds * 1e3, limits.firstWordSeconds);
  }

  refresh(): void {
    const { laterSeconds } = this.#limits;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#passed, laterSeconds * 1e3, laterSeconds);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function now(): Seconds {
  return performance.now() / 1e3;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
