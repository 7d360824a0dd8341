import type { LayerMetric } from '../../../model/health.ts';
import { quantity } from '../../../model/numbers.ts';
import type { Timeline } from '../../../model/timeline.ts';
import { finiteOf, layersOf } from './figures.ts';

/** Neighbours of a healthy model are within a few times of each other. */
const leastTimes = 5;

const figures: readonly (readonly [LayerMetric, string])[] = [
  ['activationRms', 'Activations'],
  ['gradientRms', 'Gradients'],
];

/**
 * The layers whose activations and gradients at the begin stand out against those of the layers beside them, as
 * sentences with a blank before each; '' where none does or nobody reports them.
 */
export function standsOut(timeline: Timeline): string {
  return figures
    .map(([metric, name]) => {
      const found = largestStep(timeline, metric);
      return found === null
        ? ''
        : ` ${name} of ${found.layer} are ${quantity(found.times)} times those of its neighbours (root mean square ${quantity(found.rms)}).`;
    })
    .join('');
}

interface Standout {
  readonly layer: string;
  readonly rms: number;
  readonly times: number;
}

function largestStep(timeline: Timeline, metric: LayerMetric): Standout | null {
  const layers = layersOf(timeline, metric)
    .map(({ layer, values }) => ({ layer, rms: finiteOf(values.slice(0, 3))[0] ?? Number.NaN }))
    .filter(({ rms }) => rms > 0);
  let most: Standout | null = null;
  for (const [at, { layer, rms }] of layers.entries()) {
    const beside = [layers[at - 1], layers[at + 1]].flatMap((other) =>
      other === undefined ? [] : [other.rms],
    );
    if (beside.length === 0) continue;
    const level = Math.exp(beside.reduce((sum, other) => sum + Math.log(other), 0) / beside.length);
    const times = rms / level;
    if (times >= leastTimes && times > (most?.times ?? 0)) most = { layer, rms, times };
  }
  return most;
}
