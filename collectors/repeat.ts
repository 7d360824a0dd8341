import { absent, known, type Measured } from '../src/model/measured.ts';
import type { Seconds } from '../src/model/units.ts';

/** What is asked again and again. */
export interface Repeated {
  /** How long the last answer took, or until it failed. */
  readonly lookSeconds: Measured<Seconds>;
  /** Whether the last answer was none. */
  readonly failed: boolean;
  stop(): void;
}

/**
 * Asks again and again, each time some while after the last answer: a slow one delays the next and
 * piles up nothing. What an answer throws goes to `onFailure`, and the asking goes on.
 */
export function repeat(
  firstMs: number,
  intervalMs: number,
  ask: () => Promise<void>,
  onFailure: (error: unknown) => void,
): Repeated {
  let stopped = false;
  let failed = false;
  let lookSeconds = notYet;
  let timer = setTimeout(turn, firstMs).unref();
  async function turn(): Promise<void> {
    const startMs = performance.now();
    try {
      await ask();
      failed = false;
    } catch (error) {
      failed = true;
      onFailure(error);
    }
    const tookMs = performance.now() - startMs;
    lookSeconds = known(tookMs / 1e3, 'clock');
    if (!stopped) timer = setTimeout(turn, Math.max(0, intervalMs - tookMs)).unref();
  }
  return {
    get lookSeconds() {
      return lookSeconds;
    },
    get failed() {
      return failed;
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Before the second look; the first is not one of those that come again. */
export const notYet: Measured<Seconds> = absent('It has been looked at once only; wait for the next look.');
