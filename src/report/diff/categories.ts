import type { KernelCategory } from '../../analysis/categories.ts';
import { known } from '../../model/measured.ts';
import type { CategoryChange, Change } from './contract.ts';
import { compareMatch, type KernelScale } from './kernels.ts';
import type { SideKernel } from './match.ts';

/** Kernel time by category, whatever the names; the largest change first. */
export function compareCategories(
  before: readonly SideKernel[],
  after: readonly SideKernel[],
  scale: KernelScale,
): CategoryChange[] {
  const categories = new Set([...before, ...after].map(({ category }) => category));
  return [...categories]
    .map((category) => compareCategory(category, before, after, scale))
    .sort((a, b) => Math.abs(b.change.value ?? 0) - Math.abs(a.change.value ?? 0));
}

function compareCategory(
  category: KernelCategory,
  before: readonly SideKernel[],
  after: readonly SideKernel[],
  scale: KernelScale,
): CategoryChange {
  const left = before.filter((kernel) => kernel.category === category);
  const right = after.filter((kernel) => kernel.category === category);
  if (left.length > 0 && right.length > 0) {
    const row = compareMatch({ by: 'category', before: left, after: right }, scale);
    const { callsBefore, callsAfter } = row;
    return { category, callsBefore, callsAfter, ...changeOf(row) };
  }
  const side = (kernels: readonly SideKernel[], steps: number) => ({
    seconds: kernels.reduce((sum, { totalNs }) => sum + totalNs, 0) / 1e9 / steps,
    calls: kernels.reduce((sum, { calls }) => sum + calls, 0) / steps,
  });
  const was = side(left, scale.stepsBefore);
  const is = side(right, scale.stepsAfter);
  return {
    category,
    callsBefore: was.calls,
    callsAfter: is.calls,
    before: known(was.seconds, 'launches'),
    after: known(is.seconds, 'launches'),
    change: known(is.seconds - was.seconds, 'launches'),
    noise: known(0, 'there is none of it on one side'),
    direction: is.seconds > was.seconds ? 'worse' : 'better',
  };
}

function changeOf({ before, after, change, noise, direction, expected }: Change): Change {
  return { before, after, change, noise, direction, ...(expected && { expected }) };
}
