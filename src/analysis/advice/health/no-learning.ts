import { healthMetrics } from '../../../model/health.ts';
import { plural, quantity } from '../../../model/numbers.ts';
import type { Timeline } from '../../../model/timeline.ts';
import { lossCourse } from '../../loss-course.ts';
import { medianOf } from '../../statistics.ts';
import type { Advice, Finding } from '../finding.ts';
import { finiteOf, laterHalf, layersOf, valuesOf, words } from './figures.ts';
import { labelSignal, signalText } from './label-signal.ts';

const id = 'no-learning';
const say = words(id);
/** Of the layers: so many that give nothing but zeros let nothing of the input through, whatever way there is beside. */
const deadShare = 0.5;
const leastChecks = 2;

export const noLearning: Advice = {
  id,
  looksFor:
    'labels that can be learnt from and a model that does not: its rate, its gradients, its frozen layers; layers that give zeros',
  check(timeline) {
    const dead = deadLayers(timeline);
    if (dead !== null) return dead;
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

/** Most layers give zeros in all checks: the rest of the model cannot see its input. */
function deadLayers(timeline: Timeline): Finding | null {
  const layers = layersOf(timeline, 'activationRms')
    .map(({ layer, values }) => ({ layer, values: finiteOf(values) }))
    .filter(({ values }) => values.length >= leastChecks);
  const dead = layers.filter(({ values }) => values.every((rms) => rms === 0));
  const [first] = dead;
  if (first === undefined || dead.length < deadShare * layers.length) return null;
  const checks = plural(Math.max(...dead.map(({ values }) => values.length)), 'check');
  return say.warn(
    'The model cannot learn from its input: most of its layers give zeros',
    `In ${checks} ${dead.length} of ${plural(layers.length, 'layer')} gave nothing but zeros, ${first.layer} the first of them.`,
    `Look at ${first.layer}, at its weights and at what it is given: units that are never positive, an input that is all zeros, a scale of 0.`,
  );
}
