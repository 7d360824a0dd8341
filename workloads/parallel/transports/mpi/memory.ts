/**
 * Memory that MPI may go on reading and writing after a call came back: with a buffer of its own, since small typed arrays
 * may be moved by the garbage collector.
 */
export const memory = {
  bytes: (length: number): Uint8Array => new Uint8Array(new ArrayBuffer(length)),
  ints: (length: number): Int32Array => new Int32Array(new ArrayBuffer(length * 4)),
  /** Handles, and counters. */
  longs: (length: number): BigInt64Array => new BigInt64Array(new ArrayBuffer(length * 8)),
  floats: (length: number): Float32Array => new Float32Array(new ArrayBuffer(length * 4)),
} as const;

/** The text up to the first zero byte. */
export function textUpToZero(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
