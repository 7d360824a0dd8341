import type { KernelCategory } from '../../analysis/categories.ts';
import { peaksOf } from '../../analysis/peaks.ts';
import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { ModelChange } from './contract.ts';

const matrixCategories: ReadonlySet<KernelCategory> = new Set(['gemm', 'convolution', 'attention']);

/** Compares the GPU models of two runs. */
export function compareModels(before: Timeline, after: Timeline): ModelChange {
  const [left, right] = [modelOf(before), modelOf(after)];
  const [from, to] = [peaksOf(left), peaksOf(right)];
  // Cards of one model with more or less memory have other names and the same peaks.
  const told = left !== '' && right !== '';
  const differ = told && left !== right && (from === null || to === null || from.model !== to.model);
  const names = { before: left, after: right, differ };
  if (!differ) {
    const same = absent(
      told
        ? 'Both runs are of the same GPU model, so no time is scaled.'
        : 'A run does not tell its GPU model; it is taken to be that of the other, so no time is scaled.',
    );
    return { ...names, tensorFactor: same, plainFactor: same, memoryFactor: same };
  }
  if (from === null || to === null) {
    const unknown = [...(from === null ? [left] : []), ...(to === null ? [right] : [])];
    const why = absent(
      `The peaks of ${unknown.join(' and ')} are in no table, so times cannot be scaled from one GPU model to the other.`,
    );
    return { ...names, tensorFactor: why, plainFactor: why, memoryFactor: why };
  }
  const source = `peaks of ${from.model} and ${to.model}`;
  return {
    ...names,
    // Types other than FP16 have the same ratio between the models that have them, but for a few.
    tensorFactor: known(from.fp16 / to.fp16, source),
    plainFactor: known(from.fp32 / to.fp32, source),
    memoryFactor: known(from.memoryBytesPerSecond / to.memoryBytesPerSecond, source),
  };
}

/** What importers call a device whose trace does not tell its name. */
const numbered = /^GPU \d+$/;

/** Names of the models of a run's devices, each once; '' where the source does not tell. */
export function modelOf({ devices }: Timeline): string {
  const names = devices.map(({ name }) => name.trim()).filter((name) => !numbered.test(name));
  return [...new Set(names)].sort().join(' and ');
}

/**
 * What a kernel's time is multiplied by: matrix work by arithmetic, on the cores that it used before; communication
 * not at all, since it waits for links and for others; everything else by memory bandwidth.
 */
export function factorOf(
  models: ModelChange,
  { category, tensorCores }: { readonly category: KernelCategory; readonly tensorCores: boolean | null },
): Measured {
  const { tensorFactor, plainFactor, memoryFactor } = models;
  if (category === 'communication') {
    return isKnown(memoryFactor) ? known(1, 'communication is not scaled') : memoryFactor;
  }
  if (!matrixCategories.has(category)) return memoryFactor;
  return tensorCores === true ? tensorFactor : plainFactor;
}
