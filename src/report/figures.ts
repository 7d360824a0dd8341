import type { Measured } from '../model/measured.ts';
import { percent, withUnit } from '../model/numbers.ts';
import type { DeviceReport } from './report.ts';

/** A figure as the forms of the report show it: its word, its value, its way of printing. */
export type Figure = readonly [name: string, figure: Measured, format: (value: number) => string];

/** The figures of a device in the order in which a person reads them: coarse first. */
export function deviceFigures(device: DeviceReport): Figure[] {
  return [
    ['util', device.util, percent],
    ['kernelBusy', device.kernelBusy, percent],
    ['gpuBusy', device.gpuBusy, percent],
    ['smActive', device.smActive, percent],
    ['occupancy', device.occupancy, percent],
    ['kernelOccupancy', device.kernelOccupancy, percent],
    ['tensorActive', device.tensorActive, percent],
    ['tensorKernels', device.tensorKernels, percent],
    ['dramActive', device.dramActive, percent],
    ['peakShare', device.peakShare, percent],
    ['mfu', device.mfu, percent],
    ['arithmetic', device.flopsPerSecond, (value) => withUnit(value, 'FLOP/s')],
  ];
}
