import { healthMetrics } from '../../../model/health.ts';
import { count, plural, quantity } from '../../../model/numbers.ts';
import { metrics } from '../../../model/series.ts';
import { seriesOf, type Timeline } from '../../../model/timeline.ts';
import { chanceOf, knowsNothing } from '../../loss-course.ts';
import { meanOf } from '../../statistics.ts';
import { type Advice, type Finding, percent } from '../finding.ts';
import { finiteOf, sharesOf, valuesOf, words } from './figures.ts';

const id = 'over-fitting';
const say = words(id);
/** Three standard deviations of a share of a hundred samples at one half: a smaller gap may be chance. */
const leastGap = 0.15;
/** Where there are too few evaluations to see where they go, only a gap like this is plain. */
const plainGap = 0.5;
const leastEvaluations = 3;
/** Accuracy that rises by less between evaluations stays. */
const stays = 0.01;
/** A validation loss this far above its best, twice in a row, has turned; the training loss went on sinking by as much. */
const turned = 0.05;
/** A training loss under this much of what chance gives, with a validation loss no better than chance: learnt by heart. */
const byHeart = 0.5;
/** Values of the training that stand for the present. */
const recentValues = 20;

export const overFitting: Advice = {
  id,
  looksFor: 'samples that are learnt by heart: training goes on to improve and validation does not',
  check(timeline) {
    const accuracies = finiteOf(sharesOf(timeline, metrics.validationAccuracy));
    const losses = finiteOf(valuesOf(timeline, metrics.validationLoss));
    if (accuracies.length + losses.length === 0) return null;
    const now = trainingNow(timeline);
    const told = [
      byLoss(timeline, losses, now.loss),
      byAccuracy(accuracies, now.accuracy),
      unlikeChance(timeline, losses, now.loss),
    ].find((text) => text !== '');
    const evidence = [
      gapText('accuracy', now.accuracy, accuracies.at(-1), percent),
      gapText('loss', now.loss, losses.at(-1), quantity),
    ]
      .filter((text) => text !== '')
      .join(' ');
    if (told !== undefined) return warning(timeline, told, evidence);
    if (Math.max(accuracies.length, losses.length) < leastEvaluations) {
      const evaluations = plural(Math.max(accuracies.length, losses.length), 'evaluation');
      return say.recheck('Too few evaluations to see over-fitting', `There is ${evaluations}. ${evidence}`);
    }
    return say.ok('Validation keeps up with training', evidence);
  },
};

interface Present {
  readonly accuracy: number;
  readonly loss: number;
}

/**
 * Of late, on batches of the training. Where they are known in inference mode, which validation uses, the worse counts:
 * a normalisation that fails there is not over-fitting.
 */
function trainingNow(timeline: Timeline): Present {
  const late = (values: readonly number[], some: number) => meanOf(finiteOf(values.slice(-some)));
  const worse = (a: number, b: number, pick: (...values: number[]) => number) =>
    Number.isNaN(b) ? a : pick(a, b);
  return {
    accuracy: worse(
      late(sharesOf(timeline, metrics.accuracy), recentValues),
      late(sharesOf(timeline, healthMetrics.inferenceModeAccuracy), 3),
      Math.min,
    ),
    loss: worse(
      late(valuesOf(timeline, metrics.loss), recentValues),
      late(valuesOf(timeline, healthMetrics.inferenceModeLoss), 3),
      Math.max,
    ),
  };
}

/** The validation loss has turned while that of the training went on sinking. */
function byLoss(timeline: Timeline, losses: readonly number[], now: number): string {
  const best = losses.reduce((least, loss) => Math.min(least, loss), Number.POSITIVE_INFINITY);
  const rising = losses.slice(-2).every((loss) => loss > (1 + turned) * best);
  if (losses.length < leastEvaluations || !rising || !(best > 0)) return '';
  const then = trainingLossAt(timeline, best);
  return now < (1 - turned) * then
    ? `The validation loss is up from ${quantity(best)} to ${quantity(losses.at(-1) as number)} while the training loss went on sinking`
    : '';
}

/** Of the batches just before the evaluation that gave this validation loss. */
function trainingLossAt(timeline: Timeline, validationLoss: number): number {
  const validation = seriesOf(timeline, null, metrics.validationLoss);
  const timeNs = validation?.timesNs[validation.values.indexOf(validationLoss)] ?? Number.NaN;
  const loss = seriesOf(timeline, null, metrics.loss);
  const after = loss?.timesNs.findIndex((own) => own > timeNs) ?? -1;
  return meanOf(finiteOf(loss?.values.slice(Math.max(0, after - recentValues), Math.max(0, after)) ?? []));
}

function byAccuracy(accuracies: readonly number[], now: number): string {
  const last = accuracies.at(-1);
  if (last === undefined) return '';
  const gap = now - last;
  if (gap >= plainGap) return `Training is ${points(gap)} ahead of validation`;
  if (accuracies.length < leastEvaluations || !(gap >= leastGap)) return '';
  const best = Math.max(...accuracies.slice(0, -2));
  return meanOf(accuracies.slice(-2)) <= best + stays
    ? `Training is ${points(gap)} ahead of validation, which no longer improves`
    : '';
}

function unlikeChance(timeline: Timeline, losses: readonly number[], now: number): string {
  const chance = chanceOf(timeline);
  const last = losses.at(-1);
  if (chance === null || last === undefined || !knowsNothing(last, chance) || !(now < byHeart * chance))
    return '';
  return 'Samples are learnt by heart: the validation loss is no better than what chance gives';
}

function points(gap: number): string {
  return `${(gap * 100).toFixed(0)} points`;
}

function gapText(
  what: string,
  now: number,
  validation: number | undefined,
  format: (value: number) => string,
): string {
  if (validation === undefined || Number.isNaN(now)) return '';
  return `The ${what} is ${format(now)} on what is trained on and ${format(validation)} in validation.`;
}

function warning(timeline: Timeline, title: string, evidence: string): Finding {
  const { regularisation, trainSize, parameters = 0 } = timeline.workload ?? {};
  const missing = [
    regularisation?.weightDecay === 0 ? 'weight decay' : '',
    regularisation?.augmentation === false ? 'augmentation' : '',
  ].filter((name) => name !== '');
  const lacked = missing.length > 0 ? ` There is no ${missing.join(' and no ')}.` : '';
  const size =
    trainSize !== undefined && trainSize < parameters
      ? ` ${count(trainSize)} samples stand against ${count(parameters)} parameters.`
      : '';
  const first =
    missing.length > 0
      ? `Add ${missing.join(' and ')}`
      : 'Regularise more (weight decay, augmentation, dropout)';
  return say.warn(
    title,
    `${evidence}${lacked}${size}`,
    `${first}, train on more samples or with a smaller model, or stop at the best evaluation.`,
  );
}
