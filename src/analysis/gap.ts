import type { Device } from '../model/device.ts';
import { isKnown, type Measured } from '../model/measured.ts';
import type { Ratio } from '../model/units.ts';
import { emptyBelow, judgeCounters } from './counter-judgement.ts';
import { hasTensorCores } from './has-tensor-cores.ts';

/** Two shares that differ by less are called the same. */
const noticeable = 0.15;
/** Below this a device is not busy enough for its arithmetic to be the question. */
const busyFrom = 0.5;
/** From here on the arithmetic is well used: dense matrix work rarely gets beyond. */
const wellUsedFrom = 0.6;

/** Less work on the SMs of a MIG device is none to speak of. */
const idleBelow = 0.02;
/** SMs count as all filled from here on: the last block of a kernel always leaves some empty for a moment. */
const allFrom = 0.95;

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
  /** From launches or counters; they say how a device is busy whose arithmetic nobody counts. */
  readonly smActive?: Measured<Ratio>;
  readonly kernelOccupancy?: Measured<Ratio>;
  /** From counters only; they judge a device whose launches nobody records. */
  readonly graphicsActive?: Measured<Ratio>;
  readonly tensorActive?: Measured<Ratio>;
  readonly dramActive?: Measured<Ratio>;
  readonly computeThroughput?: Measured<Ratio>;
}

/** What lies between the coarse figure and the real ones, in a few words; '' while too little is known. */
export function describeGap(device: Device, figures: GapFigures): string {
  const { util, kernelBusy, peakShare } = figures;
  if (!isKnown(kernelBusy)) return describeCounters(device, figures);
  if (isKnown(util) && util.value - kernelBusy.value > noticeable) {
    return `busy by util, but kernels run for ${inWords(kernelBusy.value)} of the time`;
  }
  const depth = isKnown(peakShare) ? '' : describeDepth(kernelBusy.value, figures);
  if (kernelBusy.value < busyFrom || depth !== '') {
    return `kernels run for ${inWords(kernelBusy.value)} of the time${depth}`;
  }
  if (isKnown(util) && kernelBusy.value - util.value > noticeable && device.kind === 'cpu') {
    return 'kernels run all along, on part of the cores';
  }
  if (!isKnown(peakShare)) return 'busy; how much of the arithmetic is not known';
  if (peakShare.value < wellUsedFrom) return `busy, with ${inWords(peakShare.value)} of its arithmetic`;
  return 'busy, and its arithmetic is well used';
}

/** The gap where no launches are recorded: between util and the hardware's counters. */
function describeCounters(device: Device, figures: GapFigures): string {
  const { smActive, dramActive, tensorActive } = figures;
  switch (judgeCounters(device, figures)) {
    case 'empty':
      return `busy${isKnown(figures.util) ? ' by util' : ''}, but on ${inWords(smActive?.value ?? 0)} of its SMs`;
    case 'memory-bound':
      return `busy, but memory-bound: DRAM at ${inWords(dramActive?.value ?? 0)}`;
    case 'no-tensor-cores':
      return 'filled, but no tensor cores';
    case 'well-used':
      return 'busy, and well used';
    case 'filled':
      return hasTensorCores(device) && tensorActive !== undefined && isKnown(tensorActive)
        ? `filled, with ${inWords(tensorActive.value)} of its tensor cores`
        : 'filled; which of its pipes work is not known';
    default:
      return describePart(device, figures);
  }
}

/** A MIG device of which only the SMs are counted: much of them is empty, be it busy or not. */
function describePart({ parent }: Device, { util, graphicsActive, smActive }: GapFigures): string {
  const toldOtherwise = isKnown(util) || (graphicsActive !== undefined && isKnown(graphicsActive));
  if (parent === undefined || toldOtherwise || smActive === undefined || !isKnown(smActive)) return '';
  if (smActive.value < idleBelow || smActive.value >= emptyBelow) return '';
  return `on ${inWords(smActive.value)} of its SMs; how long it has work is not known`;
}

/** How far kernels fill the device while they run: SMs with a block, and the warps that their launches allow. */
function describeDepth(kernelBusy: Ratio, { smActive, kernelOccupancy }: GapFigures): string {
  if (smActive === undefined || !isKnown(smActive) || kernelBusy === 0) return '';
  const filled = Math.min(1, smActive.value / kernelBusy);
  const sms = filled > allFrom ? 'on all SMs' : `on ${inWords(filled)} of the SMs`;
  const warps =
    kernelOccupancy !== undefined && isKnown(kernelOccupancy)
      ? `, with ${inWords(kernelOccupancy.value)} of their warps`
      : '';
  return `, ${sms}${warps}`;
}

/** A share as a person would say it: `a third`. */
export function inWords(share: Ratio): string {
  return fractions.find(([upTo]) => share <= upTo)?.[1] ?? 'all';
}
