import type { Timeline } from '../../../model/timeline.ts';
import { stepAt } from '../../step-at.ts';
import { type LayerFigures, layersOf, medianOf } from './figures.ts';

/**
 * Statistics that arrive where the batches are slow down. With a momentum of 0.99 they move at 0.86 of their first pace
 * between steps 32 and 64, with one of 0.999 at 0.98.
 */
const samePace = 0.9;

/**
 * Whether moving statistics are still so far behind the batches that they go on in a straight line: their distance from
 * where they began grows with the steps, from half of them up to now. False where nobody reports it at known steps.
 */
export function statisticsLag(timeline: Timeline): boolean {
  const paces = layersOf(timeline, 'statisticsChange').map((layer) => paceOf(layer, timeline));
  return medianOf(paces.filter((pace) => !Number.isNaN(pace))) >= samePace;
}

/** Distance for each step at the newest check over that at the check at half of its steps; NaN where it is not known. */
function paceOf({ values, timesNs }: LayerFigures, { steps }: Timeline): number {
  const numberAt = (place: number) => steps[stepAt(steps, timesNs[place] as number)]?.number ?? Number.NaN;
  const last = values.length - 1;
  const lastStep = numberAt(last);
  for (let place = last - 1; place >= 0; place--) {
    const step = numberAt(place);
    if (Number.isNaN(step)) return Number.NaN;
    if (step > lastStep / 2) continue;
    return (values[last] as number) / lastStep / ((values[place] as number) / step);
  }
  return Number.NaN;
}
