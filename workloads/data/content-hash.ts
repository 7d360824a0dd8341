/** Of a large picture so many bytes are looked at, spread evenly: a photograph that differs elsewhere only is none. */
const mostBytes = 16_384;
/** Primes of MurmurHash3's finaliser. */
const [first, second] = [0x85ebca6b, 0xc2b2ae35];

/**
 * A number of 53 bits that equal contents share; of a million different ones two share theirs with a chance of 1 in
 * 18,000.
 */
export function contentHash(bytes: Uint8Array): number {
  const stride = Math.max(1, Math.ceil(bytes.length / mostBytes));
  let low = bytes.length | 0;
  let high = 0x9e3779b9 | 0;
  for (let at = 0; at < bytes.length; at += stride) {
    const byte = bytes[at] as number;
    low = Math.imul(low ^ byte, first);
    low ^= low >>> 15;
    high = Math.imul(high ^ byte ^ (low >>> 8), second);
    high ^= high >>> 13;
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
