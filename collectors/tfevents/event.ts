import { fieldsOf } from './protobuf.ts';

/** The scalars of one TensorBoard event. */
export interface ScalarEvent {
  /** Unix time. */
  readonly wallTimeSeconds: number;
  readonly step: number;
  readonly scalars: readonly { readonly tag: string; readonly value: number }[];
}

/** Field numbers of event.proto, summary.proto and tensor.proto. */
const eventFields = { wallTime: 1, step: 2, summary: 5 };
const summaryValue = 1;
const valueFields = { tag: 1, simpleValue: 2, tensor: 8 };
const tensorFields = { type: 1, shape: 2, content: 4, floats: 5, doubles: 6, ints: 7, longs: 10 };
/** Of types.proto. */
const types = { float: 1, double: 2, int32: 3, int64: 9 };

/**
 * Reads an event; values that are no scalars (pictures, histograms, texts) are passed over.
 * @throws RangeError where the bytes are no event
 */
export function parseEvent(bytes: Uint8Array): ScalarEvent {
  let wallTimeSeconds = Number.NaN;
  let step = 0;
  const scalars: ScalarEvent['scalars'][number][] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.kind === 'varint') {
      if (field.number === eventFields.step) step = Number(BigInt.asIntN(64, field.value));
    } else if (field.number === eventFields.wallTime) wallTimeSeconds = field.bytes.readDoubleLE(0);
    else if (field.number === eventFields.summary && field.kind === 'bytes') {
      for (const value of fieldsOf(field.bytes)) {
        if (value.number !== summaryValue || value.kind !== 'bytes') continue;
        const scalar = parseValue(value.bytes);
        if (scalar !== null) scalars.push(scalar);
      }
    }
  }
  return { wallTimeSeconds, step, scalars };
}

function parseValue(bytes: Uint8Array): { tag: string; value: number } | null {
  let tag = '';
  let value: number | null = null;
  for (const field of fieldsOf(bytes)) {
    if (field.kind === 'fixed' && field.number === valueFields.simpleValue)
      value = field.bytes.readFloatLE(0);
    if (field.kind !== 'bytes') continue;
    if (field.number === valueFields.tag) tag = field.bytes.toString('utf8');
    else if (field.number === valueFields.tensor) value = parseTensor(field.bytes);
  }
  return value === null || tag === '' ? null : { tag, value };
}

/** The number of a tensor that holds one; null for any other. */
function parseTensor(bytes: Uint8Array): number | null {
  let type = 0;
  let content: Buffer | null = null;
  const numbers: number[] = [];
  for (const field of fieldsOf(bytes)) {
    const { number } = field;
    if (field.kind === 'varint') {
      if (number === tensorFields.type) type = Number(field.value);
      if (number === tensorFields.ints) numbers.push(Number(BigInt.asIntN(32, field.value)));
      if (number === tensorFields.longs) numbers.push(Number(BigInt.asIntN(64, field.value)));
    } else if (number === tensorFields.shape) {
      if (!isOne(field.bytes)) return null;
    } else if (number === tensorFields.content) content = field.bytes;
    else if (number === tensorFields.floats && field.bytes.length === 4)
      numbers.push(field.bytes.readFloatLE(0));
    else if (number === tensorFields.doubles && field.bytes.length === 8)
      numbers.push(field.bytes.readDoubleLE(0));
    else if (number === tensorFields.ints) numbers.push(Number(BigInt.asIntN(32, packed(field.bytes))));
    else if (number === tensorFields.longs) numbers.push(Number(BigInt.asIntN(64, packed(field.bytes))));
  }
  if (content !== null && content.length > 0) return fromContent(type, content);
  return numbers.length === 1 ? (numbers[0] ?? null) : null;
}

/** Whether a shape has one element: no dimension, or dimensions of 1. */
function isOne(shape: Uint8Array): boolean {
  for (const dimension of fieldsOf(shape)) {
    if (dimension.number !== 2 || dimension.kind !== 'bytes') continue;
    for (const size of fieldsOf(dimension.bytes)) {
      if (size.number === 1 && size.kind === 'varint' && size.value !== 1n) return false;
    }
  }
  return true;
}

function packed(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const [at, byte] of bytes.entries()) value |= BigInt(byte & 0x7f) << BigInt(7 * at);
  return value;
}

function fromContent(type: number, content: Buffer): number | null {
  if (type === types.float && content.length === 4) return content.readFloatLE(0);
  if (type === types.double && content.length === 8) return content.readDoubleLE(0);
  if (type === types.int32 && content.length === 4) return content.readInt32LE(0);
  if (type === types.int64 && content.length === 8) return Number(content.readBigInt64LE(0));
  return null;
}
