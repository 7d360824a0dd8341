/** A field of a protobuf message: numbers as they stand on the wire, or bytes. */
export type Field =
  | { readonly number: number; readonly kind: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly kind: 'fixed' | 'bytes'; readonly bytes: Buffer };

/**
 * The fields of a message in order (protobuf.dev, "Encoding").
 * @throws RangeError where the bytes are no message
 */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('a number of a message is too long');
  };
  const take = (count: number): Buffer => {
    if (at + count > message.length) throw new RangeError('a message ends too early');
    at += count;
    return message.subarray(at - count, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === 0) yield { number, kind: 'varint', value: varint() };
    else if (wire === 1) yield { number, kind: 'fixed', bytes: take(8) };
    else if (wire === 5) yield { number, kind: 'fixed', bytes: take(4) };
    else if (wire === 2) yield { number, kind: 'bytes', bytes: take(Number(varint())) };
    else throw new RangeError(`a message has the unknown wire type ${wire}`);
  }
}
