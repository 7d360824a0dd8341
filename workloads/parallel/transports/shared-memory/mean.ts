/** Writes the mean of one or more arrays of a length, summed in their order. */
export function meanInto(target: Float32Array, parts: readonly Float32Array[]): void {
  const [first, ...rest] = parts;
  if (first === undefined) throw new RangeError('the mean of nothing');
  target.set(first);
  for (const [index, part] of rest.entries())
    addAndScale(target, part, index === rest.length - 1 ? 1 / parts.length : 1);
}

function addAndScale(target: Float32Array, part: Float32Array, scale: number): void {
  for (let index = 0; index < target.length; index += 1)
    target[index] = ((target[index] ?? 0) + (part[index] ?? 0)) * scale;
}
