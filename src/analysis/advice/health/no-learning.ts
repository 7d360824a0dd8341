import { healthMetrics } from '../../../model/health.ts';
import { quantity } from '../../../model/numbers.ts';
import { lossCourse } from '../../loss-course.ts';
import type { Advice } from '../finding.ts';
import { finiteOf, laterHalf, medianOf, valuesOf, words } from './figures.ts';
import { labelSignal, signalText } from './label-signal.ts';

const id = 'no-learning';
const say = words(id);

export const noLearning: Advice = {
  id,
  looksFor:
    'labels that can be learnt from and a model that does not: its rate, its gradients, its frozen layers',
  check(timeline) {
    const signal = labelSignal(timeline);
    if (signal === null || signal === 'few' || signal.value <= signal.limit) return null;
    const course = lossCourse(timeline);
    if (course === null || course.way === 'noisy') {
      return say.recheck('Too little of the loss to tell whether the model learns', `${signalText(signal)}.`);
    }
    if (course.way !== 'flat') return say.ok('The model may learn from its labels', `${signalText(signal)}.`);
    const figures = [
      told(
        'an update changes the weights by',
        valuesOf(timeline, healthMetrics.updateRatio),
        'of their size',
      ),
      told('the gradient norm is', valuesOf(timeline, healthMetrics.gradientNorm), ''),
    ].filter((text) => text !== '');
    const level = `the loss stays at ${quantity(course.trend.level)}`;
    return say.warn(
      'The labels can be learnt from, and the model does not',
      `${signalText(signal)}, yet ${[level, ...figures].join('; ')}.`,
      'Look at the learning rate, at whether gradients reach the first layers, and for layers that are frozen or left out of the optimizer.',
    );
  },
};

function told(what: string, values: readonly number[], unit: string): string {
  const value = medianOf(finiteOf(laterHalf(values)));
  return Number.isNaN(value) ? '' : `${what} ${quantity(value)}${unit === '' ? '' : ` ${unit}`}`;
}
