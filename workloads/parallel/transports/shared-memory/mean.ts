/** Writes the mean of one or more arrays of a length, summed in their order. */
export function meanInto(target: Float32Array, [first, ...rest]: readonly Float32Array[]): void {
  if (first === undefined) throw new RangeError('the mean of nothing');
  if (rest.length === 0) target.set(first);
  let sum = first;
  for (const [index, part] of rest.entries()) {
    scaledSum(target, sum, part, index === rest.length - 1 ? 1 / (rest.length + 1) : 1);
    sum = target;
  }
}

function scaledSum(target: Float32Array, left: Float32Array, right: Float32Array, scale: number): void {
  for (let index = 0; index < target.length; index += 1)
    target[index] = ((left[index] ?? 0) + (right[index] ?? 0)) * scale;
}
