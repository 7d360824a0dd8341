import { quantity } from '../../../model/numbers.ts';
import { metrics } from '../../../model/series.ts';
import { chanceOf, knowsNothing } from '../../loss-course.ts';
import type { Advice } from '../finding.ts';
import { levelsOf, valuesOf, words } from './figures.ts';
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
    const levels = levelsOf(valuesOf(timeline, metrics.loss), leastValues);
    if (levels === null) {
      return say.recheck(
        cannot,
        `${signalText(signal)}; too few values of the loss say whether it comes down.`,
      );
    }
    const chance = chanceOf(timeline);
    const stays =
      chance === null ? levels.now > (1 - cameDown) * levels.begin : knowsNothing(levels.now, chance);
    const against =
      chance === null ? `began at ${quantity(levels.begin)}` : `chance gives ${quantity(chance)}`;
    const evidence = `${signalText(signal)}. The loss is at ${quantity(levels.now)}; ${against}.`;
    if (!stays)
      return say.ok('The loss comes down although coarse features say nothing of the labels', evidence);
    return say.warn(
      'Labels have nothing to do with the inputs: they look shuffled',
      evidence,
      'Look at a few samples beside their labels; inputs and labels may be shuffled apart, sorted differently or off by some places.',
    );
  },
};
