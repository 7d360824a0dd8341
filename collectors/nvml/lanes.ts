import type { DeviceCalls } from './calls.ts';

export interface LaneLimits {
  /** A call that takes longer hangs. */
  readonly callMs: number;
  /** A whole look of many slow calls must not hold up the other GPUs either. */
  readonly lookMs: number;
  /** Each hanging call holds one of libuv's threads, which the file system needs too. */
  readonly mostStuck: number;
}

/** libuv has four threads (UV_THREADPOOL_SIZE); one stays free. */
export const defaultLimits: LaneLimits = { callMs: 1000, lookMs: 2000, mostStuck: 3 };

export type LookOutcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'stuck'; readonly call: string }
  | { readonly kind: 'full' };

/**
 * Looks at devices, one after another, until one hangs: then its look is left alone in its lane and the next goes on in a
 * new one.
 */
export class Lanes {
  readonly #limits: LaneLimits;
  #stuck = 0;

  constructor(limits: LaneLimits = defaultLimits) {
    this.#limits = limits;
  }

  /** Looks that have not come back. */
  get stuck(): number {
    return this.#stuck;
  }

  /**
   * Runs a look and waits for it, though not longer than the limits.
   * @param onBack called when a look that was given up comes back after all; what it brings is too old to be used
   */
  async run<T>(calls: DeviceCalls, look: () => Promise<T>, onBack: () => void): Promise<LookOutcome<T>> {
    if (this.#stuck >= this.#limits.mostStuck) return { kind: 'full' };
    let over = false;
    const looked: Promise<LookOutcome<T>> = look().then(
      (value) => ({ kind: 'done', value }),
      (error: unknown) => ({ kind: 'failed', error }),
    );
    const watch = this.#watch(calls, () => over);
    const outcome = await Promise.race([looked, watch.stuck]);
    over = true;
    watch.end();
    if (outcome.kind === 'stuck') {
      this.#stuck += 1;
      void looked.then(() => {
        this.#stuck -= 1;
        onBack();
      });
    }
    return outcome;
  }

  #watch(
    calls: DeviceCalls,
    isOver: () => boolean,
  ): { readonly stuck: Promise<{ readonly kind: 'stuck'; readonly call: string }>; end(): void } {
    const { callMs, lookMs } = this.#limits;
    const startMs = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const stuck = new Promise<{ kind: 'stuck'; call: string }>((resolve) => {
      const judge = (): void => {
        if (isOver()) return;
        const leftMs = Math.min(callMs - calls.waitedMs(), lookMs - (performance.now() - startMs));
        if (leftMs <= 0) resolve({ kind: 'stuck', call: calls.underWay ?? 'one call after another' });
        else timer = setTimeout(look, Math.ceil(leftMs));
      };
      // Where the main thread itself was busy, answers wait that came in time: they are let in first.
      const look = (): void => void setImmediate(judge);
      timer = setTimeout(look, callMs);
    });
    return { stuck, end: () => clearTimeout(timer) };
  }
}
