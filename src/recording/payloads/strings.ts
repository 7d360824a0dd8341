import { align4 } from '../frames.ts';

/** Interned strings with consecutive ids. Layout: u32 first id, u32 count, then for each u32 length, UTF-8, padding. */
export interface StringDefinitions {
  readonly firstId: number;
  readonly strings: readonly string[];
}

/** @throws RangeError when the payload is not of its form */
export function decodeStrings(payload: Uint8Array): StringDefinitions {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const firstId = bytes.readUInt32LE(0);
  const count = bytes.readUInt32LE(4);
  const strings: string[] = [];
  let offset = 8;
  for (let index = 0; index < count; index++) {
    const length = bytes.readUInt32LE(offset);
    if (offset + 4 + length > bytes.length) throw new RangeError('a string reaches past its frame');
    strings.push(bytes.toString('utf8', offset + 4, offset + 4 + length));
    offset += 4 + align4(length);
  }
  if (offset !== bytes.length) throw new RangeError('a string frame of odd size');
  return { firstId, strings };
}

export function encodeStrings({ firstId, strings }: StringDefinitions): Uint8Array {
  const encoded = strings.map((text) => Buffer.from(text, 'utf8'));
  const size = encoded.reduce((sum, text) => sum + 4 + align4(text.length), 8);
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(firstId, 0);
  bytes.writeUInt32LE(encoded.length, 4);
  let offset = 8;
  for (const text of encoded) {
    bytes.writeUInt32LE(text.length, offset);
    text.copy(bytes, offset + 4);
    offset += 4 + align4(text.length);
  }
  return bytes;
}
