import { healthMetrics } from '../../../model/health.ts';
import { quantity } from '../../../model/numbers.ts';
import { metrics } from '../../../model/series.ts';
import type { Timeline } from '../../../model/timeline.ts';
import { chanceOf, knowsNothing } from '../../loss-course.ts';
import { type Advice, percent } from '../finding.ts';
import { levelsOf, sharesOf, valuesOf, words } from './figures.ts';
import { labelSignal, signalText } from './label-signal.ts';

const id = 'shuffled-labels';
const say = words(id);
/** Of a loss; before, even labels that can be learnt are not. */
const leastValues = 50;
/** Where chance is not known, a loss that has come down by so much since its begin has learned something. */
const cameDown = 0.1;

export const shuffledLabels: Advice = {
  id,
  looksFor: 'labels that have nothing to do with the inputs',
  check(timeline) {
    const signal = labelSignal(timeline);
    if (signal === null) return null;
    const cannot = 'Whether labels belong to the inputs cannot be judged yet';
    if (signal === 'few') return say.recheck(cannot, 'Too few classes or samples are known of.');
    if (signal.value > signal.limit) return say.ok('Inputs depend on their labels', `${signalText(signal)}.`);
    const learned = (signal.ofObjects ? byAccuracy(timeline) : null) ?? byLoss(timeline);
    if (learned === null) {
      return say.recheck(
        cannot,
        `${signalText(signal)}; there are too few steps to say whether they are learnt.`,
      );
    }
    const evidence = `${signalText(signal)}. ${learned.text}`;
    if (learned.yes)
      return say.ok(`${learned.how} although coarse features say nothing of the labels`, evidence);
    return say.warn(
      'Labels have nothing to do with the inputs: they look shuffled',
      evidence,
      'Look at a few samples beside their labels; inputs and labels may be shuffled apart, sorted differently or off by some places.',
    );
  },
};

/** Whether labels are learnt from: if so, they have to do with the inputs after all. */
interface Learned {
  readonly yes: boolean;
  readonly how: string;
  readonly text: string;
}

function byLoss(timeline: Timeline): Learned | null {
  const levels = levelsOf(valuesOf(timeline, metrics.loss), leastValues);
  if (levels === null) return null;
  const chance = chanceOf(timeline);
  const stays =
    chance === null ? levels.now > (1 - cameDown) * levels.begin : knowsNothing(levels.now, chance);
  const against = chance === null ? `began at ${quantity(levels.begin)}` : `chance gives ${quantity(chance)}`;
  return {
    yes: !stays,
    how: 'The loss comes down',
    text: `The loss is at ${quantity(levels.now)}; ${against}.`,
  };
}

/**
 * The loss of a detector comes down while it learns how rare objects are and where: only what it calls them tells. Naming
 * all as the commonest label needs no inputs.
 */
function byAccuracy(timeline: Timeline): Learned | null {
  const levels = levelsOf(sharesOf(timeline, metrics.accuracy), leastValues);
  const commonest = sharesOf(timeline, healthMetrics.topLabelShare).at(-1);
  if (levels === null || commonest === undefined) return null;
  return {
    yes: levels.now > commonest,
    how: 'Objects are told apart',
    text: `${percent(levels.now)} of the labels are found; the commonest is that of ${percent(commonest)}.`,
  };
}
