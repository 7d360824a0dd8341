import type { Device } from '../model/device.ts';
import { absent } from '../model/measured.ts';
import type { SourceFormat } from '../model/timeline.ts';

/** A device of which no execution took measurable time has no window to take figures over. */
export const nothingRan = absent('No kernel of this device is recorded.');

/** Why a hardware counter's figure is missing for a device, as a sentence a person can act on. */
export function whyNoCounter(device: Device, figure: string): string {
  if (device.kind === 'cpu') {
    return `A CPU has no counter for ${figure}; the share of its measured peak arithmetic takes its place.`;
  }
  return `Nothing in this recording reads the hardware counters that ${figure} needs.`;
}

/** Why a figure that comes from launch configurations is missing. */
export function whyNoLaunchShape(device: Device): string {
  if (device.kind === 'cpu') return 'Kernels of a CPU backend have no grid, blocks or registers.';
  return 'The source of these records does not tell grid, block and registers.';
}

const howToMarkSteps: Readonly<Record<SourceFormat, string>> = {
  recording: 'train with `warpwatch train`, or mark steps through warpwatch/tfjs',
  kineto: 'call `profiler.step()` after each iteration while it is profiled',
  'nsys-sqlite': 'mark each iteration with an NVTX range named `step 1`, `step 2` and so on',
};

/** Why figures of steps are missing from a run that has none. */
export function whyNoSteps(format: SourceFormat): string {
  return `Nothing reported steps; ${howToMarkSteps[format]}.`;
}
