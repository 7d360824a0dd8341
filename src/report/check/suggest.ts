import { deviceShape, reportShape, type Shape } from './contract.ts';

/** Two words are near where so many letters of ten differ, at most. */
const farthestShare = 0.4;

/** Every path of the contract, as a person writes it; figures of a device stand bare too. */
const paths: readonly string[] = [...pathsOf(reportShape, ''), ...pathsOf(deviceShape, '')];

/** The path of the contract that is written most like this one, or null where none is near. */
export function nearestPath(written: string): string | null {
  const plain = plainPath(written);
  const last = plain.split('.').at(-1) ?? '';
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const path of paths) {
    const candidate = plainPath(path);
    // `samplesPerSecond` alone is as good as right.
    const sameFigure = candidate.split('.').at(-1) === last ? 1 : Number.POSITIVE_INFINITY;
    const distance = Math.min(sameFigure, editDistance(plain, candidate));
    if (distance < least) [best, least] = [path, distance];
  }
  return least <= Math.max(1, plain.length * farthestShare) ? best : null;
}

/** Without choices of elements, in small letters: what is compared. */
function plainPath(path: string): string {
  return path
    .replaceAll(/\[[^\]]*\]|\.(?:\d+|\*)(?=\.|$)/g, '')
    .slice(0, 100)
    .toLowerCase();
}

function pathsOf(shape: Shape, prefix: string): string[] {
  if (typeof shape === 'string') return [prefix];
  if ('each' in shape) return pathsOf(shape.each, `${prefix}[*]`);
  return Object.entries(shape.fields).flatMap(([name, inner]) =>
    pathsOf(inner, prefix === '' ? name : `${prefix}.${name}`),
  );
}

/** Letters to insert, delete or replace until one word is the other (Levenshtein). */
export function editDistance(first: string, second: string): number {
  let row = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (let i = 1; i <= first.length; i++) {
    const next = [i];
    for (let j = 1; j <= second.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (first[i - 1] === second[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[second.length] ?? 0;
}
