import { healthMetrics } from '../../../model/health.ts';
import { plural, quantity } from '../../../model/numbers.ts';
import type { Timeline } from '../../../model/timeline.ts';
import { meanOf } from '../../statistics.ts';
import { type Advice, type Finding, percent } from '../finding.ts';
import { finiteOf, laterHalf, layersOf, namesOf, sharesOf, valuesOf, words } from './figures.ts';
import { statisticsLag } from './lagging-statistics.ts';

const id = 'normalisation-modes';
const say = words(id);
/** Moving statistics that have changed by less have not: one update of them moves far more. */
const still = 1e-9;
const leastChecks = 2;
/** A usual momentum of 0.9 to 0.99 forgets where statistics began within tens of steps; before, the modes differ. */
const leastSteps = 50;
const recentChecks = 5;
/** Moving statistics lag behind those of a batch: so much accuracy may be between the modes of a healthy model. */
const allowedGap = 0.02;
/** 99 of 100 differences of two shares of so many samples are within so many standard deviations. */
const deviations = 2.58;
/** A loss this many times as high confirms what the accuracy says, and so many times is enough alone. */
const worse = 1.1;
const farWorse = 2;
/** In nats: less between two losses is nothing, however small both are. */
const leastDifference = 0.1;
/** Of the loss in inference over that in training: falling by this from check to check, statistics still catch up. */
const catchesUp = 0.8;

const remedy =
  'Look at the mode in which batches are normalised, at the momentum of the moving statistics, and whether what updates them runs at each step.';

export const normalisationModes: Advice = {
  id,
  looksFor:
    'moving statistics of normalisations that never change, and models that are worse in inference than in training mode',
  check(timeline) {
    const modes = modesOf(timeline);
    const frozen = frozenStatistics(timeline, modes);
    if (frozen !== null || modes === null) return frozen;
    const { share, gap, limit, factor, difference, before, checks } = modes;
    const tooFew = timeline.steps.length > 0 && timeline.steps.length < leastSteps;
    if (checks < leastChecks || tooFew)
      return say.recheck('Too few checks or steps to compare the modes', modes.text);
    if (Number.isNaN(factor)) return say.recheck('The losses of the modes are no numbers', modes.text);
    // A model that gets so little right cannot lose enough of it to tell: statistics that lag behind confirm the loss then.
    const confirmed = () => gap > limit || (share <= limit && statisticsLag(timeline));
    const disagree = difference > leastDifference && (factor > farWorse || (factor > worse && confirmed()));
    if (!disagree) return say.ok('Training and inference mode agree', modes.text);
    if (factor < catchesUp * before) {
      return say.recheck('The moving statistics still catch up with the batches', modes.text);
    }
    return say.warn('The same batch does worse in inference mode than in training mode', modes.text, remedy);
  },
};

function frozenStatistics(timeline: Timeline, modes: Modes | null): Finding | null {
  // They are compared with where they began: the newest values tell of all updates.
  const layers = layersOf(timeline, 'statisticsChange')
    .map(({ layer, values }) => ({ layer, newest: finiteOf(values.slice(-recentChecks)) }))
    .filter(({ newest }) => newest.length >= leastChecks);
  const frozen = layers.filter(({ newest }) => newest.every((change) => Math.abs(change) < still));
  const also = modes === null ? '' : ` ${modes.text}`;
  if (frozen.length > 0) {
    return say.warn(
      `Moving statistics of ${plural(frozen.length, 'normalisation')} never change: ${namesOf(frozen)}`,
      `They are where they began, of ${layers.length} that are looked at.${also}`,
      remedy,
    );
  }
  if (layers.length === 0 || modes !== null) return null;
  return say.ok('The moving statistics of all normalisations change', `There are ${layers.length}.`);
}

interface Modes {
  /** Accuracy in training mode, what it is over that in inference mode, and how much of it noise can explain. */
  readonly share: number;
  readonly gap: number;
  readonly limit: number;
  /** Loss in inference mode over that in training mode, of late and before. */
  readonly factor: number;
  readonly before: number;
  readonly difference: number;
  readonly checks: number;
  readonly text: string;
}

function modesOf(timeline: Timeline): Modes | null {
  const of = (metric: string) => valuesOf(timeline, metric);
  const [train, inference] = [of(healthMetrics.trainModeLoss), of(healthMetrics.inferenceModeLoss)];
  const [right, rightInference] = [
    sharesOf(timeline, healthMetrics.trainModeAccuracy),
    sharesOf(timeline, healthMetrics.inferenceModeAccuracy),
  ];
  const checks = Math.min(train.length, inference.length);
  if (checks === 0) return null;
  const late = laterHalf(train.slice(0, checks)).length;
  const factorOf = (from: number, to: number) =>
    meanOf(inference.slice(from, to)) / meanOf(train.slice(from, to));
  const factor = factorOf(checks - late, checks);
  const accurate = Math.min(right.length, rightInference.length, late);
  const share = accurate === 0 ? Number.NaN : meanOf(right.slice(-accurate));
  const shareInference = accurate === 0 ? Number.NaN : meanOf(rightInference.slice(-accurate));
  const [loss, lossInference] = [
    meanOf(train.slice(checks - late, checks)),
    meanOf(inference.slice(checks - late, checks)),
  ];
  // A loss that is no number in inference mode alone is worse than any.
  const broken = !Number.isFinite(lossInference) && Number.isFinite(loss);
  const middle = (share + shareInference) / 2;
  const samples = accurate * (timeline.workload?.batchSize ?? Number.NaN);
  const noise = Math.sqrt((2 * middle * (1 - middle)) / samples);
  const accuracies = Number.isNaN(share + shareInference)
    ? ''
    : ` and accuracies ${percent(share)} and ${percent(shareInference)}`;
  return {
    share,
    gap: share - shareInference,
    limit: allowedGap + deviations * noise,
    factor: broken ? Number.POSITIVE_INFINITY : factor,
    difference: broken ? Number.POSITIVE_INFINITY : lossInference - loss,
    before: checks > late ? factorOf(0, checks - late) : Number.NaN,
    checks,
    text: `Over ${plural(late, 'check')} the same batches had losses ${quantity(loss)} in training mode and ${quantity(lossInference)} in inference mode${accuracies}.`,
  };
}
