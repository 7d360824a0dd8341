/** A part of something that is cut among threads. */
export interface Part {
  readonly first: number;
  readonly count: number;
}

/** Parts for each thread: more than one, so that a thread that is held up leaves its rest to the others. */
const partsPerThread = 4;
/** Below this a part costs less than to hand it out. */
const smallestPart = 256;

/** Cuts `total` things in parts of about the same size, as many as suit the threads; one part for one thread. */
export function split(total: number, threads: number): Part[] {
  const wanted = threads === 1 ? 1 : Math.min(threads * partsPerThread, Math.floor(total / smallestPart));
  const size = Math.ceil(total / Math.max(1, wanted));
  const parts: Part[] = [];
  for (let first = 0; first < total; first += size)
    parts.push({ first, count: Math.min(size, total - first) });
  return parts;
}
