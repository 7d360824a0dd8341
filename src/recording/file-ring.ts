/**
 * A ring of bytes in shared memory between a producer, who must never wait, and one thread that writes them to a
 * file. One side only adds, the other only takes, so two counters suffice; they count bytes modulo 2^32.
 */
const ringCapacity = 8 * 1024 * 1024;

/** Indices into the ring's control words. */
export const ringWords = { added: 0, taken: 1, signal: 2, closing: 3, state: 4, errno: 5, count: 6 } as const;
/** Whoever moves the state on from `starting` may take from the ring: the thread, or the process at its end. */
export const ringStates = { starting: 0, open: 1, closed: 2, failed: 3 } as const;

export interface Ring {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly data: Uint8Array<SharedArrayBuffer>;
}

/** @param capacity in bytes, a power of two: the counters run over at 2^32, which must be a whole number of rounds */
export function createRing(capacity = ringCapacity): Ring {
  return {
    control: new Int32Array(new SharedArrayBuffer(ringWords.count * 4)),
    data: new Uint8Array(new SharedArrayBuffer(capacity)),
  };
}

/** Adds all of `bytes`, or nothing where they do not fit with `spareBytes` left behind them. */
export function addToRing({ control, data }: Ring, bytes: Uint8Array, spareBytes = 0): boolean {
  const added = Atomics.load(control, ringWords.added) >>> 0;
  const taken = Atomics.load(control, ringWords.taken) >>> 0;
  const used = (added - taken) >>> 0;
  if (bytes.length + spareBytes > data.length - used) return false;
  const at = added % data.length;
  const first = Math.min(bytes.length, data.length - at);
  data.set(bytes.subarray(0, first), at);
  data.set(bytes.subarray(first), 0);
  Atomics.store(control, ringWords.added, (added + bytes.length) | 0);
  signalRing(control);
  return true;
}

/** Wakes the writing thread; it sleeps on a word that every event changes, so that none is missed. */
export function signalRing(control: Int32Array): void {
  Atomics.add(control, ringWords.signal, 1);
  Atomics.notify(control, ringWords.signal);
}

/** The longest unbroken piece that waits to be taken; empty when nothing does. */
function peekRing({ control, data }: Ring): Uint8Array<SharedArrayBuffer> {
  const added = Atomics.load(control, ringWords.added) >>> 0;
  const taken = Atomics.load(control, ringWords.taken) >>> 0;
  const at = taken % data.length;
  return data.subarray(at, at + Math.min((added - taken) >>> 0, data.length - at));
}

/** Gives the room of `bytes` bytes back to the producer. */
function takeFromRing({ control }: Ring, bytes: number): void {
  Atomics.add(control, ringWords.taken, bytes);
}

/** Writes what waits in the ring. @throws what `write` does */
export function emptyRing(ring: Ring, write: (bytes: Uint8Array) => number): void {
  for (let bytes = peekRing(ring); bytes.length > 0; bytes = peekRing(ring)) takeFromRing(ring, write(bytes));
}

/** Moves the state on, if it is `from`. */
export function claimRing({ control }: Ring, from: number, to: number): boolean {
  const claimed = Atomics.compareExchange(control, ringWords.state, from, to) === from;
  if (claimed) Atomics.notify(control, ringWords.state);
  return claimed;
}

/** Ends the ring with a system error. */
export function failRing({ control }: Ring, errno: number): void {
  Atomics.store(control, ringWords.errno, errno);
  Atomics.store(control, ringWords.state, ringStates.failed);
  Atomics.notify(control, ringWords.state);
}
