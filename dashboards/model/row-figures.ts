import type { DeviceFigure } from '../../src/analysis/device-figures.ts';
import type { DeviceView, Snapshot } from '../../src/analysis/snapshot.ts';
import { isKnown } from '../../src/model/measured.ts';
import { hasGpu } from './shown-devices.ts';

/** Whether kernels are recorded, or will be. */
export function kernelsToCome({ training, kernels }: Snapshot): boolean {
  return training !== null || kernels.length > 0;
}

/**
 * Whether the overview has a place for a figure: what no device has gives way, but util and SM active of a GPU, and
 * kernelBusy and the shares of arithmetic where kernels are to come.
 */
export function hasFigure(views: readonly DeviceView[], toCome: boolean, name: DeviceFigure): boolean {
  const launches = !hasGpu(views) && toCome;
  switch (name) {
    case 'util':
      return true;
    case 'smActive':
      return hasGpu(views) || isThere(views, name);
    case 'kernelBusy':
    case 'peakShare':
    case 'flopsPerSecond':
      return launches || isThere(views, name);
    default:
      return isThere(views, name);
  }
}

function isThere(views: readonly DeviceView[], name: DeviceFigure): boolean {
  return views.some((view) => isKnown(view[name]));
}
