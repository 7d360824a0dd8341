import { type DeviceFigure, figureNames } from '../../src/analysis/device-figures.ts';
import {
  type DeviceView,
  type HistoryCurve,
  historyCurves,
  type Snapshot,
} from '../../src/analysis/snapshot.ts';
import { isKnown, known, type Measured } from '../../src/model/measured.ts';
import { gpus } from './gpu-snapshots.ts';

/** What made-up figures call their source. */
const from = 'synthetic';

/**
 * Eight GPUs that nobody built, and labelled so; their figures are the newest of their histories, and one heats up.
 * @param polls half seconds since the start
 */
export function syntheticGpus(polls: number): Snapshot {
  const { devices, ...rest } = gpus(8, 600 + polls);
  const views = devices.map((view): DeviceView => {
    if (view.device.kind !== 'gpu') return view;
    const figures: Partial<Record<DeviceFigure, Measured>> = {};
    for (const name of figureNames) {
      if (!isKnown(view[name])) continue;
      const newest = isCurve(name) ? view.history[name].at(-1) : undefined;
      figures[name] = known(
        newest === undefined || Number.isNaN(newest) ? view[name].value : Math.max(0, newest),
        from,
      );
    }
    const warm = Math.min(95, 60 + polls / 2);
    return {
      ...view,
      ...figures,
      ...(view.device.id === 'gpu6' ? { temperatureCelsius: known(warm, from) } : {}),
      device: { ...view.device, name: 'Synthetic', vendor: 'none', uuid: `synthetic-${view.device.id}` },
    };
  });
  return { ...rest, title: 'SYNTHETIC GPUs', elapsedSeconds: polls / 2, devices: views };
}

function isCurve(name: DeviceFigure): name is DeviceFigure & HistoryCurve {
  return historyCurves.some((curve) => curve === name);
}
