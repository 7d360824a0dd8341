import { plural } from '../../../model/numbers.ts';
import type { Advice } from '../finding.ts';
import { finiteOf, layersOf, namesOf, words } from './figures.ts';

const id = 'frozen-layers';
const say = words(id);
/** Far below what an update in single precision can change: 6e-8 of a number at the least. */
const still = 1e-9;
/** The first update may be of a rate that is still 0. */
const leastChecks = 2;

export const frozenLayers: Advice = {
  id,
  looksFor: 'layers whose parameters never change',
  check(timeline) {
    const layers = layersOf(timeline, 'parameterChange').filter(
      ({ values }) => finiteOf(values.slice(0, leastChecks + 1)).length >= leastChecks,
    );
    if (layers.length === 0) return null;
    const frozen = layers.filter(({ values }) => !values.some((change) => Math.abs(change) >= still));
    const checks = plural(Math.max(...layers.map(({ values }) => values.length)), 'check');
    if (frozen.length === 0) {
      return say.ok('The parameters of all layers change', `${plural(layers.length, 'layer')}, ${checks}.`);
    }
    if (frozen.length === layers.length) {
      return say.warn(
        'No layer changes its parameters',
        `In ${checks} none of ${plural(layers.length, 'layer')} did.`,
        'Look at the learning rate, and whether the optimizer holds the parameters that the model uses.',
      );
    }
    return say.warn(
      `The parameters of ${plural(frozen.length, 'layer')} never change: ${namesOf(frozen)}`,
      `In ${checks} they did not, while those of ${layers.length - frozen.length} others did.`,
      'Unless they are frozen on purpose: look for parameters that the optimizer was not given, a stopped gradient, or a layer that the loss does not depend on.',
    );
  },
};
