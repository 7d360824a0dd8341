import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import { toSeconds } from '../../model/units.ts';
import { compare } from './change.ts';
import type { KernelChange, LoneKernel, ModelChange } from './contract.ts';
import { type Match, type SideKernel, totalCalls, totalNs } from './match.ts';
import { factorOf } from './models.ts';
import { smallestFloor } from './noise.ts';
import type { Side } from './side.ts';

/** Below this share of the kernel time a change is not worth a line on a screen, however certain it is. */
export const mattersFrom = 0.003;
/** More of a kernel's time than this without a known spread leaves its noise unknown. */
const spreadlessShare = 0.1;

/** The kernels of one side that have a counterpart device on the other. */
export function sideKernels({ report, kernels }: Side, positions: number): SideKernel[] {
  const position = new Map(report.devices.map(({ id }, index) => [id, index]));
  const words = new Map(report.topKernels.map((kernel) => [`${kernel.device}\n${kernel.name}`, kernel]));
  return kernels.flatMap((kernel) => {
    const at = position.get(kernel.device) ?? positions;
    if (at >= positions) return [];
    const {
      shortName = kernel.name,
      category = 'other',
      tensorCores = null,
    } = words.get(`${kernel.device}
${kernel.name}`) ?? {};
    return [{ ...kernel, position: at, shortName, category, tensorCores }];
  });
}

/** What kernels are compared in: how many steps each side has, and how times scale between the models. */
export interface KernelScale {
  readonly stepsBefore: number;
  readonly stepsAfter: number;
  readonly models: ModelChange;
  /** Kernel time per step or window of the side that has more of it. */
  readonly kernelSeconds: number;
}

/** One match as a row of the comparison. */
export function compareMatch({ by, before, after }: Match, scale: KernelScale): KernelChange {
  const { stepsBefore, stepsAfter, models } = scale;
  const secondsBefore = toSeconds(totalNs(before)) / stepsBefore;
  const secondsAfter = toSeconds(totalNs(after)) / stepsAfter;
  const callsBefore = totalCalls(before) / stepsBefore;
  const callsAfter = totalCalls(after) / stepsAfter;
  const meanBefore = secondsBefore / callsBefore;
  const meanAfter = secondsAfter / callsAfter;
  const first = heaviest(before);
  const factor = models.differ ? factorOf(models, first) : known(1, 'the same model');
  const expected = isKnown(factor)
    ? known(secondsBefore * factor.value, `launches, scaled by ${factor.from}`)
    : factor;
  const change = compare(
    known(secondsBefore, 'launches'),
    known(secondsAfter, 'launches'),
    noiseOf(before, after, scale, isKnown(factor) ? factor.value : 1),
    'lower',
    models.differ ? expected : undefined,
  );
  return {
    name: by === 'category' ? first.category : first.name,
    shortName:
      by === 'category'
        ? `${first.category}: ${kinds(before)} kernels, now ${kinds(after)}`
        : first.shortName,
    category: first.category,
    matchedBy: by,
    ...change,
    callsBefore,
    callsAfter,
    meanBeforeSeconds: meanBefore,
    meanAfterSeconds: meanAfter,
    fromCallsSeconds: (callsAfter - callsBefore) * meanBefore,
    fromDurationSeconds: (meanAfter - meanBefore) * callsAfter,
    weight: scale.kernelSeconds === 0 ? 0 : Math.abs(change.change.value ?? 0) / scale.kernelSeconds,
    devices: devicesOf(before, after, scale),
  };
}

/**
 * What the times may differ by through chance: the noise of each mean duration times the calls, which are counted and
 * not sampled; no less than `smallestFloor`.
 */
function noiseOf(
  before: readonly SideKernel[],
  after: readonly SideKernel[],
  { stepsBefore, stepsAfter }: KernelScale,
  factor: number,
): Measured {
  const left = noiseNs(before);
  const right = noiseNs(after);
  if (left === null || right === null)
    return absent('It was called too few times for its spread to be known.');
  const spread = Math.hypot((left * factor) / stepsBefore, right / stepsAfter);
  const least =
    smallestFloor * Math.max((totalNs(before) * factor) / stepsBefore, totalNs(after) / stepsAfter);
  return known(toSeconds(Math.max(spread, least)), 'spread of batches of calls');
}

/** Noise of the kernels' time together, or null where too much of it has no known spread. */
export function noiseNs(kernels: readonly SideKernel[]): number | null {
  let squares = 0;
  let spreadlessNs = 0;
  for (const { calls, totalNs: total, meanNoiseNs } of kernels) {
    if (meanNoiseNs === null) spreadlessNs += total;
    else squares += (calls * meanNoiseNs) ** 2;
  }
  return spreadlessNs > spreadlessShare * totalNs(kernels) ? null : Math.sqrt(squares);
}

function heaviest(kernels: readonly SideKernel[]): SideKernel {
  return kernels.reduce((most, kernel) => (kernel.totalNs > most.totalNs ? kernel : most));
}

function kinds(kernels: readonly SideKernel[]): number {
  return new Set(kernels.map(({ name }) => name)).size;
}

function devicesOf(
  before: readonly SideKernel[],
  after: readonly SideKernel[],
  { stepsBefore, stepsAfter }: KernelScale,
): KernelChange['devices'] {
  const positions = [...new Set([...before, ...after].map(({ position }) => position))].sort((a, b) => a - b);
  return positions.map((position) => {
    const left = before.filter((kernel) => kernel.position === position);
    const right = after.filter((kernel) => kernel.position === position);
    return {
      before: left[0]?.device ?? '',
      after: right[0]?.device ?? '',
      beforeSeconds: toSeconds(totalNs(left)) / stepsBefore,
      afterSeconds: toSeconds(totalNs(right)) / stepsAfter,
    };
  });
}

/** Kernels without a namesake, one row a name over all devices, the longest first. */
export function loneKernels(kernels: readonly SideKernel[], steps: number): LoneKernel[] {
  const byName = new Map<string, SideKernel[]>();
  for (const kernel of kernels) {
    const same = byName.get(kernel.name);
    if (same) same.push(kernel);
    else byName.set(kernel.name, [kernel]);
  }
  return [...byName.values()]
    .map((same) => {
      const { name, shortName, category } = heaviest(same);
      const seconds = toSeconds(totalNs(same)) / steps;
      return { name, shortName, category, calls: totalCalls(same) / steps, seconds };
    })
    .sort((a, b) => b.seconds - a.seconds);
}
