import { WarpwatchError } from '../model/errors.ts';
import { crc32 } from './crc32.ts';
import {
  formatVersion,
  frameHeadBytes,
  frameTailBytes,
  maxPayloadBytes,
  newerVersion,
  streamHeaderBytes,
  streamMagic,
} from './format.ts';

export interface Frame {
  readonly type: number;
  /** None are known: a frame with any is of a form that this version cannot read. */
  readonly flags: number;
  /** A view, valid until the bytes that were scanned change. */
  readonly payload: Uint8Array;
}

/** A frame together with the bytes that it takes up, head and checksum included. */
export interface WholeFrame extends Frame {
  readonly frameBytes: number;
}

/** The sixteen bytes that a stream begins with. */
export function encodeStreamHeader(): Uint8Array {
  const header = Buffer.alloc(streamHeaderBytes);
  header.write(streamMagic, 0, 'latin1');
  header.writeUInt32LE(formatVersion, 8);
  return header;
}

/**
 * Checks a stream's header.
 * @param name names the stream in errors
 * @returns false while fewer than sixteen bytes are there
 * @throws WarpwatchError `bad-stream` for other files, `newer-version` for a later format
 */
export function checkStreamHeader(bytes: Uint8Array, name: string): boolean {
  if (bytes.length < streamHeaderBytes) return false;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, streamHeaderBytes);
  if (header.toString('latin1', 0, 8) !== streamMagic) {
    throw new WarpwatchError(
      'bad-stream',
      `${name} does not begin like a warpwatch stream; it is damaged or another file.`,
    );
  }
  const version = header.readUInt32LE(8);
  if (version > formatVersion) throw newerVersion(name, version);
  if (version !== formatVersion || header.readUInt32LE(12) !== 0) {
    throw new WarpwatchError('bad-stream', `The header of ${name} is damaged.`);
  }
  return true;
}

/** Frames a payload: length, type, flags, payload padded to four bytes, checksum of all before it. */
export function encodeFrame(type: number, payload: Uint8Array): Uint8Array {
  const padded = align4(payload.length);
  const frame = new Uint8Array(frameHeadBytes + padded + frameTailBytes);
  const view = new DataView(frame.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint16(4, type, true);
  frame.set(payload, frameHeadBytes);
  view.setUint32(frameHeadBytes + padded, crc32(frame.subarray(0, frameHeadBytes + padded)), true);
  return frame;
}

/** A frame whose payload is a JSON text. */
export function encodeJsonFrame(type: number, value: unknown): Uint8Array {
  return encodeFrame(type, Buffer.from(JSON.stringify(value), 'utf8'));
}

/**
 * Reads the frame that begins at `offset`.
 * @returns `incomplete` where it is not all there, `corrupt` where it is not what its writer wrote
 */
export function readFrame(bytes: Uint8Array, offset: number): WholeFrame | 'incomplete' | 'corrupt' {
  if (offset + frameHeadBytes > bytes.length) return 'incomplete';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const payloadBytes = view.getUint32(offset, true);
  if (payloadBytes > maxPayloadBytes) return 'corrupt';
  const start = offset + frameHeadBytes;
  const tail = start + align4(payloadBytes);
  if (tail + frameTailBytes > bytes.length) return 'incomplete';
  if (crc32(bytes.subarray(offset, tail)) !== view.getUint32(tail, true)) return 'corrupt';
  return {
    type: view.getUint16(offset + 4, true),
    flags: view.getUint16(offset + 6, true),
    payload: bytes.subarray(start, start + payloadBytes),
    frameBytes: tail + frameTailBytes - offset,
  };
}

/** The next multiple of four: every frame and column starts at one, so that typed arrays can view it. */
export function align4(bytes: number): number {
  return (bytes + 3) & ~3;
}
