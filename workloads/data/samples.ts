import type { Batch } from './dataset.ts';

/**
 * A batch of the samples at `indices` of another, in that order; a sample may come more than once. Works on any batch
 * whose members are one value or one list of equal length a sample.
 */
export function takeSamples<B extends Batch>(batch: B, indices: readonly number[]): B {
  const members = Object.entries(batch).map(([name, member]) => [
    name,
    name === 'size' ? indices.length : takeOf(member, batch.size, indices),
  ]);
  return Object.fromEntries(members) as B;
}

function takeOf(member: unknown, size: number, indices: readonly number[]): unknown {
  if (Array.isArray(member) && member.length === size) return indices.map((index) => member[index]);
  if (!isNumbers(member) || member.length % size !== 0) return member;
  const each = member.length / size;
  const taken = member.slice(0, 0);
  const target = new (taken.constructor as new (length: number) => Numbers)(each * indices.length);
  for (const [at, index] of indices.entries()) {
    target.set(member.subarray(index * each, (index + 1) * each), at * each);
  }
  return target;
}

/**
 * Changes all labels of a batch: those in its member `labels`, one a sample, or in the `labels` of what it knows of each
 * sample, such as boxes.
 */
export function mapLabels<B extends Batch>(batch: B, change: (label: number) => number): B {
  const members = Object.entries(batch).map(([name, member]) => [name, mapMember(name, member, change)]);
  return Object.fromEntries(members) as B;
}

function mapMember(name: string, member: unknown, change: (label: number) => number): unknown {
  if (name === 'labels' && isNumbers(member)) return member.map(change);
  if (!Array.isArray(member)) return member;
  return member.map((of: unknown) => {
    if (typeof of !== 'object' || of === null || !('labels' in of)) return of;
    const labels = Array.isArray(of.labels) ? of.labels.map(change) : mapMember('labels', of.labels, change);
    return { ...of, labels };
  });
}

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

function isNumbers(value: unknown): value is Numbers {
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Uint8Array
  );
}
