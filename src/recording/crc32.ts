import * as zlib from 'node:zlib';

/** CRC-32 as in zlib and PNG: polynomial 0xEDB88320, reflected, initial value and final xor of all ones. */
export type Crc32 = (bytes: Uint8Array) => number;

const reflectedPolynomial = 0xedb88320;

/** Bit by bit into a table, as RFC 1952 section 8 lays out. */
const table = new Uint32Array(256).map((_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? reflectedPolynomial ^ (remainder >>> 1) : remainder >>> 1;
  }
  return remainder;
});

/** The checksum in plain JavaScript, for Node before 20.15, which has none built in. */
export function portableCrc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The quickest one that this Node has. */
export const crc32: Crc32 = typeof zlib.crc32 === 'function' ? (bytes) => zlib.crc32(bytes) : portableCrc32;
