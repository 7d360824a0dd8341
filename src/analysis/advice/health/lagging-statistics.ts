import type { Timeline } from '../../../model/timeline.ts';
import { medianOf } from '../../statistics.ts';
import { stepAt } from '../../step-at.ts';
import { type LayerFigures, layersOf } from './figures.ts';

/** The pace of so many times fewer steps is what the present one is held against. */
const stretch = 16;
/**
 * Statistics that arrive where the batches are slow down: from step 4 to 64 those with a momentum of 0.99 to 0.75 of their
 * pace, with one of 0.999 to 0.97. Those that grow faster follow a model that changes.
 */
const leastPace = 0.9;
const mostPace = 1.2;
/** Over the norm of where they began: those of a fresh model have to go about that far. */
const mostWay = 0.2;

/**
 * Whether moving statistics are still so far behind the batches that they go on in a straight line: their distance from
 * where they began grows with the steps. False where nobody reports it at known steps.
 */
export function statisticsLag(timeline: Timeline): boolean {
  const layers = layersOf(timeline, 'statisticsChange');
  if (!(medianOf(layers.map(({ values }) => values.at(-1) ?? Number.NaN)) <= mostWay)) return false;
  const paces = layers.map((layer) => paceOf(layer, timeline));
  const pace = medianOf(paces.filter((own) => !Number.isNaN(own)));
  return pace >= leastPace && pace <= mostPace;
}

/** Distance for each step at the newest check over that at the check at a sixteenth of its steps; NaN where it is not known. */
function paceOf({ values, timesNs }: LayerFigures, { steps }: Timeline): number {
  const numberAt = (place: number) => steps[stepAt(steps, timesNs[place] as number)]?.number ?? Number.NaN;
  const last = values.length - 1;
  const lastStep = numberAt(last);
  for (let place = last - 1; place >= 0; place--) {
    const step = numberAt(place);
    if (Number.isNaN(step)) return Number.NaN;
    if (step > lastStep / stretch) continue;
    return (values[last] as number) / lastStep / ((values[place] as number) / step);
  }
  return Number.NaN;
}
