import { healthMetrics } from '../../../model/health.ts';
import { quantity } from '../../../model/numbers.ts';
import type { Timeline } from '../../../model/timeline.ts';
import { medianOf } from '../../statistics.ts';
import type { Advice, Finding } from '../finding.ts';
import { finiteOf, type LayerFigures, laterHalf, layersOf, namesOf, valuesOf, words } from './figures.ts';

const id = 'gradients';
const say = words(id);
/** Norms of healthy trainings stay within one or two orders of magnitude of their begin. */
const explodes = 1e3;
const firstValues = 3;
/** Of the parameters of the first layers over the last: in single precision less than this is lost beside weights. */
const vanishes = 1e-5;
/** Fewer layers have no depth. */
const leastLayers = 4;

export const gradients: Advice = {
  id,
  looksFor: 'gradients that explode, or that vanish on their way to the first layers',
  check(timeline) {
    const norms = valuesOf(timeline, healthMetrics.gradientNorm);
    const figures = layersOf(timeline, 'gradientRms');
    const layers = typicalOf(figures, (values) => laterHalf(values, 9));
    if (norms.length === 0 && layers.length < leastLayers) return null;
    return (
      exploding(timeline, norms) ??
      vanishingByDepth(layers) ??
      explodingByDepth(layers) ??
      // Updates by such gradients may change the weights until they no longer show: before the first one they do.
      explodingByDepth(typicalOf(figures, (values) => values.slice(0, 1))) ??
      say.ok(
        'Gradients neither explode nor vanish',
        norms.length === 0
          ? depthText(layers)
          : `${normText(norms)}${layers.length < leastLayers ? '' : ` ${depthText(layers)}`}`,
      )
    );
  },
};

function exploding(timeline: Timeline, norms: readonly number[]): Finding | null {
  const finite = finiteOf(norms);
  if (finite.length < 2) return null;
  const begin = medianOf(finite.slice(0, Math.min(firstValues, Math.ceil(finite.length / 3))));
  const at = norms.findIndex((norm) => norm > explodes * begin && begin > 0);
  if (at < 0) return null;
  const largest = finite.reduce((most, norm) => Math.max(most, norm), 0);
  return say.warn(
    `Gradients explode: their norm grew ${quantity(largest / begin)} times`,
    `It began at ${quantity(begin)} and was ${quantity(largest)} at most; ${whenText(timeline, at)}`,
    'Clip gradients by their norm, lower the learning rate, and look at the scale of weights and inputs.',
  );
}

function whenText(timeline: Timeline, at: number): string {
  const entry = timeline.series.find(
    ({ series }) => series.metric === healthMetrics.gradientNorm && series.device === null,
  );
  const timeNs = entry?.timesNs[at] ?? Number.NaN;
  const step = timeline.steps.find(({ endNs }) => endNs >= timeNs);
  return step === undefined
    ? `it was over ${explodes} times its begin from its value ${at + 1} on.`
    : `it was over ${explodes} times its begin from step ${step.number} on.`;
}

interface TypicalGradient {
  readonly layer: string;
  readonly rms: number;
}

function typicalOf(
  layers: readonly LayerFigures[],
  some: (values: readonly number[]) => readonly number[],
): TypicalGradient[] {
  return layers
    .map(({ layer, values }) => ({ layer, rms: medianOf(finiteOf(some(values))) }))
    .filter(({ rms }) => rms >= 0);
}

/**
 * A quarter of the layers at each end: one of them alone may be of another kind. Near the loss, layers without any gradient
 * are branches that no label took, such as the scales of a detector, and say nothing of the way.
 */
function endsOf(layers: readonly TypicalGradient[]): { first: number; last: number } {
  const some = Math.max(1, Math.floor(layers.length / 4));
  const level = (part: readonly TypicalGradient[]) => medianOf(part.map(({ rms }) => rms));
  const last = layers.slice(-some);
  const taken = last.filter(({ rms }) => rms > 0);
  return { first: level(layers.slice(0, some)), last: level(taken.length > 0 ? taken : last) };
}

function vanishingByDepth(layers: readonly TypicalGradient[]): Finding | null {
  if (layers.length < leastLayers) return null;
  const { first, last } = endsOf(layers);
  if (last > 0 && first < vanishes * last) {
    const none = layers.filter(({ rms }) => rms === 0);
    const where = none.length > 0 ? ` None reaches ${namesOf(none)}.` : '';
    return say.warn(
      'Gradients vanish on their way to the first layers',
      `${depthText(layers)}${where} ${dropText(layers, true)}`,
      'Use rectified linear units, normalisation and shortcuts, and weights that keep the scale (He et al. 2015); look for a stopped gradient.',
    );
  }
  return null;
}

function explodingByDepth(layers: readonly TypicalGradient[]): Finding | null {
  if (layers.length < leastLayers) return null;
  const { first, last } = endsOf(layers);
  if (last > 0 && last < vanishes * first) {
    return say.warn(
      'Gradients explode on their way to the first layers',
      `${depthText(layers)} ${dropText(layers, false)}`,
      'Use normalisation, weights that keep the scale (He et al. 2015), and clip gradients by their norm.',
    );
  }
  return null;
}

function depthText(layers: readonly TypicalGradient[]): string {
  const { first, last } = endsOf(layers);
  return `For each parameter the gradient is ${quantity(first)} in the first layers and ${quantity(last)} in the last, of ${layers.length}.`;
}

/** Between which neighbours it changes the most, on the way from the loss to the input. */
function dropText(layers: readonly TypicalGradient[], drops: boolean): string {
  let most = 0;
  let text = '';
  for (let i = 1; i < layers.length; i++) {
    const [earlier, later] = [layers[i - 1] as TypicalGradient, layers[i] as TypicalGradient];
    const factor = drops ? later.rms / earlier.rms : earlier.rms / later.rms;
    if (!(factor > most && later.rms > 0)) continue;
    most = factor;
    text = `It changes the most from ${later.layer} (${quantity(later.rms)}) to ${earlier.layer} (${quantity(earlier.rms)}).`;
  }
  return text;
}

function normText(norms: readonly number[]): string {
  const finite = finiteOf(norms);
  if (finite.length === 0) return 'No norm of them is a number.';
  return `Their norm began at ${quantity(medianOf(finite.slice(0, firstValues)))} and is ${quantity(medianOf(finite.slice(-firstValues)))}.`;
}
