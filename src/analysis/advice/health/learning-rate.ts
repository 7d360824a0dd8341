import { healthMetrics } from '../../../model/health.ts';
import { quantity } from '../../../model/numbers.ts';
import { metrics } from '../../../model/series.ts';
import { type GradientNoise, gradientNoise } from '../../gradient-noise.ts';
import { medianOf } from '../../statistics.ts';
import type { Advice } from '../finding.ts';
import { finiteOf, levelsOf, valuesOf, words } from './figures.ts';
import { lossJump } from './loss-jump.ts';

const id = 'learning-rate';
const say = words(id);
/**
 * An update that changes weights by 1e-3 of their size is about right, by rule of thumb (Karpathy, cs231n, "Ratio of
 * weights:updates"). A tenth of it is small; a hundred times as much replaces the weights within ten steps.
 */
const smallRatio = 1e-4;
const largeRatio = 0.1;
/** So many checks in a row, or all where there are few: a first update may be large. */
const inARow = 3;
const leastChecks = 2;
/** Each step takes back a part of the one before; noise alone gives 0. */
const turnsRound = -0.1;
/** A loss that came down by less than this has hardly. */
const cameDown = 0.05;
const leastValues = 50;

const lower = 'Lower the learning rate, by ten at first; let it warm up, or clip gradients.';
const raise = 'Raise the learning rate, by ten at first, until the loss jumps, and go back by three.';

export const learningRate: Advice = {
  id,
  looksFor:
    'a learning rate that is too high or too low, by what an update changes, by the noise of the gradients and by the loss',
  check(timeline) {
    const losses = valuesOf(timeline, metrics.loss);
    const ratios = finiteOf(valuesOf(timeline, healthMetrics.updateRatio));
    const noise = gradientNoise(
      valuesOf(timeline, healthMetrics.gradientCosine),
      timeline.workload?.batchSize ?? null,
    );
    const rates = valuesOf(timeline, metrics.learningRate);
    if (rates.length + ratios.length === 0 && noise === null) return null;
    const levels = levelsOf(losses, leastValues);
    const stays = levels !== null && levels.now > (1 - cameDown) * levels.begin;
    const figures = figuresText(rates, ratios, noise);
    const high = tooHigh(losses, ratios, noise, stays);
    if (high !== '') return say.warn(`The learning rate is too high: ${high}`, figures, lower);
    if (ratios.length < leastChecks) {
      return say.recheck('Updates are not reported: the learning rate cannot be judged', figures);
    }
    const largest = largestUsual(ratios);
    if (levels === null) return say.recheck('Too few values of the loss to judge the learning rate', figures);
    if (!(largest < smallRatio) || !stays) return say.ok('The learning rate suits', figures);
    return say.warn(
      `The learning rate is too low: an update changes the weights by ${quantity(largest)} of their size at most`,
      `${figures} The loss went from ${quantity(levels.begin)} to ${quantity(levels.now)} in ${losses.length} values.`,
      raise,
    );
  },
};

function tooHigh(
  losses: readonly number[],
  ratios: readonly number[],
  noise: GradientNoise | null,
  stays: boolean,
): string {
  const jump = lossJump(losses);
  if (jump !== '') return jump;
  if (largestInARow(ratios) > largeRatio) {
    return `an update changes the weights by ${quantity(largestInARow(ratios))} of their size`;
  }
  const turns = noise !== null && noise.checks >= 5 && noise.cosine + 2 * noise.error < turnsRound;
  return turns && stays ? 'the gradient turns round at each step' : '';
}

/** The largest that was held for some checks in a row. */
function largestInARow(ratios: readonly number[]): number {
  const some = Math.max(leastChecks, Math.min(inARow, ratios.length));
  let largest = 0;
  for (let i = some - 1; i < ratios.length; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let back = 0; back < some; back++) least = Math.min(least, ratios[i - back] as number);
    largest = Math.max(largest, least);
  }
  return largest;
}

/** The largest but for outliers: schedules begin and end with small rates, which must not be taken for the rate. */
function largestUsual(ratios: readonly number[]): number {
  const sorted = Float64Array.from(ratios).sort();
  return sorted[Math.floor(0.9 * (sorted.length - 1))] as number;
}

function figuresText(
  rates: readonly number[],
  ratios: readonly number[],
  noise: GradientNoise | null,
): string {
  const parts = [
    rateText(rates),
    ratios.length === 0
      ? ''
      : `an update changes the weights by ${quantity(medianOf(ratios.slice(-100)))} of their size (about 0.001 is usual)`,
    noise === null ? '' : noiseText(noise),
  ].filter((part) => part !== '');
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Most schedules end at a small rate: the highest is told too. */
function rateText(rates: readonly number[]): string {
  const last = rates.at(-1);
  if (last === undefined) return '';
  let highest = last;
  for (const rate of rates) if (rate > highest) highest = rate;
  return `The learning rate is ${quantity(last)}${highest > last ? ` (${quantity(highest)} at its highest)` : ''}`;
}

function noiseText({ cosine, noiseToSignal, equalBatch, checks }: GradientNoise): string {
  const turn = `two gradients in a row have a cosine of ${cosine.toFixed(2)} (${checks} checks)`;
  if (noiseToSignal === null) return `${turn}, too near to 0 or below it to tell noise from signal`;
  const batch = equalBatch === null ? '' : `, equal at a batch of ${quantity(equalBatch)}`;
  return `${turn}: noise is ${quantity(noiseToSignal)} times the signal${batch}`;
}
