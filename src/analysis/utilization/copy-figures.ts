import { absent, known } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import { toSeconds } from '../../model/units.ts';
import { summed } from '../recorded.ts';
import { copyDirections, directionOf } from './copies.ts';
import type { CopyFigures } from './figures.ts';
import type { DeviceSweep } from './sweep.ts';

/** A device's copies by direction, the longest in all first. */
export function copyFigures(
  timeline: Timeline,
  device: string,
  sweep: DeviceSweep,
  isSummed: boolean,
): CopyFigures[] {
  const sums = copyDirections.map((direction) => ({ direction, count: 0, durationNs: 0, bytes: 0 }));
  for (const [index, launch] of timeline.launches.entries()) {
    if (launch.kind !== 'memcpy' || launch.device !== device) continue;
    const sum = sums[copyDirections.indexOf(directionOf(launch.name))];
    const totals = timeline.launchTotals[index];
    if (sum === undefined || totals === undefined) continue;
    sum.count += totals.calls;
    sum.durationNs += totals.durationNs;
    if (totals.calls > 0) sum.bytes += totals.calls * (launch.bytes ?? Number.NaN);
  }
  return sums
    .map((sum, at) => toFigures(sum, isSummed ? null : (sweep.copyHiddenNs[at] as number)))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.seconds - a.seconds);
}

function toFigures(
  {
    direction,
    count,
    durationNs,
    bytes,
  }: Omit<CopyFigures, 'bytes' | 'seconds' | 'bytesPerSecond' | 'overlap'> & {
    durationNs: number;
    bytes: number;
  },
  hiddenNs: number | null,
): CopyFigures {
  const seconds = toSeconds(durationNs);
  const noTime = absent('These copies took no measurable time.');
  const noBytes = absent('The source does not tell how many bytes each of these copies moved.');
  return {
    direction,
    count,
    seconds,
    bytes: Number.isNaN(bytes) ? noBytes : known(bytes, 'launches'),
    bytesPerSecond: Number.isNaN(bytes) ? noBytes : seconds > 0 ? known(bytes / seconds, 'launches') : noTime,
    overlap: hiddenNs === null ? summed : seconds > 0 ? known(hiddenNs / durationNs, 'launches') : noTime,
  };
}
