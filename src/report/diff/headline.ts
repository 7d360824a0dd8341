import { medianOf } from '../../analysis/statistics.ts';
import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import { toSeconds } from '../../model/units.ts';
import type { DeviceReport } from '../report.ts';
import { compare } from './change.ts';
import type { Change, Comparability, ModelChange } from './contract.ts';
import { noiseNs } from './kernels.ts';
import { type Match, type Matches, type SideKernel, totalCalls, totalNs } from './match.ts';
import { factorOf } from './models.ts';
import { fewestValues, noiseOfMedians, singleFloor } from './noise.ts';
import type { Side } from './side.ts';

const noSteps = absent(
  'A run without steps has no step time; mark steps, or trace with a profiler that does.',
);

/** Step time of both runs: the medians, so that a first step that warms up moves nothing. */
export function compareSteps(
  before: Side,
  after: Side,
  models: ModelChange,
  kernels: readonly SideKernel[],
): Change {
  const left = middle(before.stepSeconds);
  const noise = headlineNoise(before.stepSeconds, after.stepSeconds, 'steps');
  const expected = models.differ ? expectedStep(left, before, models, kernels) : undefined;
  return compare(left, middle(after.stepSeconds), noise, 'lower', expected);
}

function middle(stepSeconds: readonly number[]): Measured {
  return stepSeconds.length === 0 ? noSteps : known(medianOf(stepSeconds), 'steps');
}

/** The spread of both sides; where it cannot be known, a wide floor that says what it is. */
function headlineNoise(before: readonly number[], after: readonly number[], what: string): Measured {
  const noise = noiseOfMedians(before, after, what);
  if (isKnown(noise) || before.length === 0 || after.length === 0) return noise;
  return assumedNoise(
    Math.max(medianOf(before), medianOf(after)),
    `fewer than ${fewestValues} ${what} on a side`,
  );
}

function assumedNoise(value: number, why: string): Measured {
  return known(singleFloor * value, `assumed ${singleFloor * 100} %: ${why}`);
}

/** The step as it would be on the other model: kernel time scaled, idle time left as it is. */
function expectedStep(
  step: Measured,
  { report }: Side,
  models: ModelChange,
  kernels: readonly SideKernel[],
): Measured {
  if (!isKnown(step)) return step;
  const scaled = scaledNs(kernels, models);
  if (!isKnown(scaled)) return scaled;
  const busy = meanBusy(report.devices);
  if (!isKnown(busy)) return busy;
  const factor = scaled.value / totalNs(kernels);
  return known(
    step.value * (1 - busy.value + busy.value * factor),
    `steps, kernel time scaled by ${scaled.from}`,
  );
}

function meanBusy(devices: readonly DeviceReport[]): Measured {
  const values = devices.map(({ kernelBusy }) => kernelBusy).filter(isKnown);
  if (values.length === 0) return absent('No kernel is recorded, so nothing can be scaled.');
  return known(values.reduce((sum, { value }) => sum + value, 0) / values.length, 'launches');
}

/** Kernel time on the model of after; undefined where the models are the same. */
export function expectedKernels(
  kernels: readonly SideKernel[],
  models: ModelChange,
  steps: number,
): Measured | undefined {
  if (!models.differ) return undefined;
  const scaled = scaledNs(kernels, models);
  return isKnown(scaled) ? known(toSeconds(scaled.value) / steps, scaled.from) : scaled;
}

function scaledNs(kernels: readonly SideKernel[], models: ModelChange): Measured {
  if (!models.differ) return known(totalNs(kernels), 'launches');
  let sum = 0;
  for (const kernel of kernels) {
    const factor = factorOf(models, kernel);
    if (!isKnown(factor)) return factor;
    sum += kernel.totalNs * factor.value;
  }
  return known(sum, `peaks of ${models.before} and ${models.after}`);
}

/** Throughput of both runs: the medians over the steps, like their times. */
export function compareSamples(before: Side, after: Side): Change {
  const noise = headlineNoise(rates(before), rates(after), 'steps');
  return compare(throughput(before), throughput(after), noise, 'higher');
}

function throughput(side: Side): Measured {
  const values = rates(side).filter(Number.isFinite);
  if (values.length === 0) return absent('The run does not say how many samples a step has.');
  return known(medianOf(values), 'steps');
}

function rates({ samples, stepSeconds }: Side): number[] {
  if (samples === null) return [];
  return samples.map((value, index) => value / (stepSeconds[index] ?? Number.NaN));
}

/** First to last activity, summed over devices. Measured once a run: its noise is assumed. */
export function compareWindows(before: Side, after: Side, positions: number): Change {
  const left = windows(before, positions);
  const right = windows(after, positions);
  const noise =
    isKnown(left) && isKnown(right)
      ? assumedNoise(Math.max(left.value, right.value), 'a run has one window')
      : absent('There is no window to compare.');
  return compare(left, right, noise, 'lower');
}

function windows({ report }: Side, positions: number): Measured {
  const seconds = report.devices
    .slice(0, positions)
    .flatMap(({ window }) => (window ? [window.seconds] : []));
  if (seconds.length === 0) return absent('No activity of a device is recorded.');
  return known(
    seconds.reduce((sum, value) => sum + value, 0),
    'launches',
  );
}

/** Kernel time of the matched work if it were called as often as before, in seconds of the whole run before. */
export function compareWork({ matched }: Matches, models: ModelChange): Change {
  let before = 0;
  let expected = 0;
  let after = 0;
  let squares = 0;
  for (const match of matched) {
    const scaled = scaledNs(match.before, models);
    // A category holds different kernels: one call there is not one call here.
    if (match.by === 'category' || !isKnown(scaled)) continue;
    const calls = totalCalls(match.before) / totalCalls(match.after);
    before += totalNs(match.before);
    expected += scaled.value;
    after += totalNs(match.after) * calls;
    squares += (noiseNs(match.before) ?? 0) ** 2 + ((noiseNs(match.after) ?? 0) * calls) ** 2;
  }
  if (before === 0) {
    const none = absent('The runs have no kernel in common that could be compared call by call.');
    return compare(none, none, none, 'lower');
  }
  const least = singleFloor * Math.max(expected, after);
  const spread = Math.sqrt(squares);
  const noise =
    spread > least
      ? known(toSeconds(spread), 'spread of batches of calls')
      : assumedNoise(toSeconds(Math.max(expected, after)), 'no steps tell how much a run repeats');
  const side = (durationNs: number) => known(toSeconds(durationNs), 'launches');
  return compare(side(before), side(after), noise, 'lower', models.differ ? side(expected) : undefined);
}

/** A namesake is the same work; kernels that have only the category in common are half of it. */
const categoryCounts = 0.5;

/**
 * How far the two runs do the same work. A kernel that is called twice as often is half the same; where no steps say
 * how much work there should be, twice as often as the others are.
 */
export function compareContents(
  before: readonly SideKernel[],
  after: readonly SideKernel[],
  { matched }: Matches,
  steps: { readonly before: number; readonly after: number; readonly known: boolean },
): Comparability {
  const stepRatio = steps.before / steps.after;
  const work = workRatio(matched, stepRatio);
  const usual = steps.known || !isKnown(work) ? 1 : work.value;
  const share = (weightOf: (match: Match) => number) =>
    (['before', 'after'] as const).reduce((sum, side) => {
      const all = totalNs(side === 'before' ? before : after);
      const same = matched.reduce((part, match) => part + weightOf(match) * totalNs(match[side]), 0);
      return sum + (all === 0 ? 0 : same / all / 2);
    }, 0);
  const alike = (match: Match) =>
    match.by === 'category'
      ? categoryCounts
      : evenness(((totalCalls(match.after) / totalCalls(match.before)) * stepRatio) / usual);
  const mix = share(alike);
  const equal = steps.known || !isKnown(work) ? 1 : evenness(work.value);
  const matchedShare = share((match) => (match.by === 'category' ? categoryCounts : 1));
  return { ratio: mix * equal, matched: matchedShare, mix, work };
}

/** 1 for equal amounts, the smaller over the larger otherwise. */
function evenness(ratio: number): number {
  return Math.min(ratio, 1 / ratio);
}

function workRatio(matched: Matches['matched'], stepRatio: number): Measured {
  let before = 0;
  let after = 0;
  for (const match of matched) {
    if (match.by === 'category') continue;
    const durationNs = totalNs(match.before);
    before += durationNs;
    after += (durationNs * totalCalls(match.after)) / totalCalls(match.before);
  }
  return before === 0
    ? absent('The runs have no kernel in common whose calls could be counted.')
    : known((after / before) * stepRatio, 'launches');
}
