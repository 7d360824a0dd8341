/**
 * Asks again and again, each time some while after the last answer: a slow one delays the next and
 * piles up nothing. What an answer throws goes to `onFailure`, and the asking goes on.
 */
export function repeat(
  firstMs: number,
  intervalMs: number,
  ask: () => Promise<void>,
  onFailure: (error: unknown) => void,
): { stop(): void } {
  let stopped = false;
  let timer = setTimeout(turn, firstMs).unref();
  async function turn(): Promise<void> {
    const startMs = performance.now();
    try {
      await ask();
    } catch (error) {
      onFailure(error);
    }
    const leftMs = intervalMs - (performance.now() - startMs);
    if (!stopped) timer = setTimeout(turn, Math.max(0, leftMs)).unref();
  }
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
