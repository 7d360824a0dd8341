import { crc32c } from './crc32c.ts';

/** Framing of TensorFlow's record_writer.cc: u64 length, its checksum, the bytes, their checksum; little-endian. */
const headerBytes = 12;
const footerBytes = 4;
/** No summary is longer; a longer length is damage. */
const longestRecord = 256 * 2 ** 20;

/** What stands at an offset of a file of records. */
export type RecordAt =
  /** Not enough bytes: perhaps still being written. */
  | { readonly kind: 'partial' }
  | { readonly kind: 'record'; readonly data: Uint8Array; readonly bytes: number }
  /** Its bytes are wrong; the next may be good. */
  | { readonly kind: 'corrupt'; readonly bytes: number }
  /** Its length is wrong, so nobody knows where the next begins. */
  | { readonly kind: 'lost' };

/** Reads the record that begins at the start of some bytes. */
export function readRecord(bytes: Buffer): RecordAt {
  if (bytes.length < headerBytes) return { kind: 'partial' };
  if (maskedCrc(bytes.subarray(0, 8)) !== bytes.readUInt32LE(8)) return { kind: 'lost' };
  const length = Number(bytes.readBigUInt64LE(0));
  if (length > longestRecord) return { kind: 'lost' };
  const size = headerBytes + length + footerBytes;
  if (bytes.length < size) return { kind: 'partial' };
  const data = bytes.subarray(headerBytes, headerBytes + length);
  if (maskedCrc(data) !== bytes.readUInt32LE(headerBytes + length)) return { kind: 'corrupt', bytes: size };
  return { kind: 'record', data, bytes: size };
}

/** The checksum as TensorFlow stores it: rotated by 15 bits, and a constant added. */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
