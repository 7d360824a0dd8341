import type { Device } from '../model/device.ts';
import { isKnown, type Measured } from '../model/measured.ts';
import type { Ratio } from '../model/units.ts';

/** Two shares that differ by less are called the same. */
const noticeable = 0.15;
/** Below this a device is not busy enough for its arithmetic to be the question. */
const busyFrom = 0.5;
/** From here on the arithmetic is well used: dense matrix work rarely gets beyond. */
const wellUsedFrom = 0.6;

const fractions: readonly (readonly [number, string])[] = [
  [0.02, 'hardly any'],
  [0.07, 'a twentieth'],
  [0.14, 'a tenth'],
  [0.22, 'a fifth'],
  [0.29, 'a quarter'],
  [0.41, 'a third'],
  [0.58, 'half'],
  [0.7, 'two thirds'],
  [0.85, 'three quarters'],
  [1, 'most'],
];

export interface GapFigures {
  readonly util: Measured<Ratio>;
  readonly kernelBusy: Measured<Ratio>;
  readonly peakShare: Measured<Ratio>;
}

/** What lies between the coarse figure and the real ones, in a few words; '' while too little is known. */
export function describeGap(device: Device, { util, kernelBusy, peakShare }: GapFigures): string {
  if (!isKnown(kernelBusy)) return '';
  if (isKnown(util) && util.value - kernelBusy.value > noticeable) {
    return `busy by util, but kernels run for ${inWords(kernelBusy.value)} of the time`;
  }
  if (kernelBusy.value < busyFrom) return `kernels run for ${inWords(kernelBusy.value)} of the time`;
  if (isKnown(util) && kernelBusy.value - util.value > noticeable && device.kind === 'cpu') {
    return 'kernels run all along, on part of the cores';
  }
  if (!isKnown(peakShare)) return 'busy; how much of the arithmetic is not known';
  if (peakShare.value < wellUsedFrom) return `busy, with ${inWords(peakShare.value)} of its arithmetic`;
  return 'busy, and its arithmetic is well used';
}

/** A share as a person would say it: `a third`. */
export function inWords(share: Ratio): string {
  return fractions.find(([upTo]) => share <= upTo)?.[1] ?? 'all';
}
