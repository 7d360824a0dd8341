import { absent, known, type Measured } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Nanoseconds, Ratio } from '../../model/units.ts';
import { categoryOf } from '../categories.ts';
import { matrixWork, usesTensorCores } from './tensor-cores.ts';

/** A device's matrix kernels by what their names say of tensor cores. */
export interface MatrixTime {
  /** Of all kernels for products, convolutions and attention. */
  readonly totalNs: Nanoseconds;
  readonly tensorNs: Nanoseconds;
  /** Of those whose names say that they use none. */
  readonly plainNs: Nanoseconds;
}

/** How long a device's matrix kernels ran, by what their names say of tensor cores. */
export function matrixTime(timeline: Timeline, deviceId: string): MatrixTime {
  const sum = { totalNs: 0, tensorNs: 0, plainNs: 0 };
  for (const [index, { kind, device, name }] of timeline.launches.entries()) {
    const ns = timeline.launchTotals[index]?.durationNs ?? 0;
    if (kind !== 'kernel' || device !== deviceId || ns === 0 || !matrixWork.has(categoryOf(name))) continue;
    sum.totalNs += ns;
    const uses = usesTensorCores(name);
    if (uses === true) sum.tensorNs += ns;
    else if (uses === false) sum.plainNs += ns;
  }
  return sum;
}

/** Share of the time of a device's matrix kernels in those whose names say tensor cores, of all whose names tell. */
export function tensorKernelShare(timeline: Timeline, deviceId: string): Measured<Ratio> {
  const { totalNs, tensorNs, plainNs } = matrixTime(timeline, deviceId);
  const toldNs = tensorNs + plainNs;
  if (totalNs === 0) return absent('No kernel for products, convolutions or attention ran.');
  if (toldNs === 0) return absent('No name of the matrix kernels tells whether they use tensor cores.');
  const told = Math.floor((toldNs / totalNs) * 100);
  return known(
    tensorNs / toldNs,
    told >= 99 ? 'kernel names' : `kernel names, which tell for ${told} % of the time`,
  );
}
