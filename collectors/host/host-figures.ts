/** Times of one core since boot, by state, in milliseconds, as `os.cpus()` has them. */
export type CoreTimes = Readonly<Record<'user' | 'nice' | 'sys' | 'idle' | 'irq', number>>;

/**
 * Busy share of all cores between two readings, 0..1; null where there is none to tell: the cores changed, or no
 * time has passed.
 */
export function busyShare(before: readonly CoreTimes[], after: readonly CoreTimes[]): number | null {
  if (before.length !== after.length) return null;
  const idle = sum(after, ({ idle }) => idle) - sum(before, ({ idle }) => idle);
  const all = sum(after, totalOf) - sum(before, totalOf);
  // Counters of a core that was taken away and came back may run backwards.
  return all > 0 && idle >= 0 && idle <= all ? 1 - idle / all : null;
}

/** What is used of systeminformation's answer on memory; each may be missing or senseless on some platform. */
export interface MemoryAnswer {
  readonly total: number | null;
  readonly available: number | null;
}

/** Memory that a new program could not have, in bytes: caches that the kernel would give up are not in it. */
export function usedMemory({ total, available }: MemoryAnswer): number | null {
  if (total === null || available === null) return null;
  const used = total - available;
  return total > 0 && used >= 0 && used <= total ? used : null;
}

function sum(cores: readonly CoreTimes[], part: (times: CoreTimes) => number): number {
  return cores.reduce((total, times) => total + part(times), 0);
}

function totalOf({ user, nice, sys, idle, irq }: CoreTimes): number {
  return user + nice + sys + idle + irq;
}
