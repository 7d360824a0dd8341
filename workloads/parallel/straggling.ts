import type { Account } from './account.ts';
import type { Transport } from './transport.ts';

/** Holds a straggler back, so that what it computes takes a multiple of the time. */
export class Straggling {
  readonly #transport: Pick<Transport, 'sleep'>;
  readonly #account: Pick<Account, 'spent'>;
  readonly #factor: number;
  readonly #nowMs: () => number;
  /** The end of the last hold, and what had been spent on others by then. */
  #sinceMs: number;
  #spentSeconds: number;
  #slowedSeconds = 0;

  /** @param factor of the computing time; 1 holds nobody back */
  constructor(
    transport: Pick<Transport, 'sleep'>,
    account: Pick<Account, 'spent'>,
    factor: number,
    nowMs = () => performance.now(),
  ) {
    this.#transport = transport;
    this.#account = account;
    this.#factor = factor;
    this.#nowMs = nowMs;
    this.#sinceMs = nowMs();
    this.#spentSeconds = this.#onOthers();
  }

  /** Seconds so far. */
  get slowedSeconds(): number {
    return this.#slowedSeconds;
  }

  /** Sleeps for what has been computed since the last time; once a step. */
  hold(): void {
    if (this.#factor === 1) return;
    const startMs = this.#nowMs();
    const computed = (startMs - this.#sinceMs) / 1000 - (this.#onOthers() - this.#spentSeconds);
    this.#transport.sleep((this.#factor - 1) * Math.max(0, computed));
    this.#sinceMs = this.#nowMs();
    this.#spentSeconds = this.#onOthers();
    this.#slowedSeconds += (this.#sinceMs - startMs) / 1000;
  }

  #onOthers(): number {
    const { waitSeconds, communicateSeconds } = this.#account.spent;
    return waitSeconds + communicateSeconds;
  }
}
