import type { Device } from '../model/device.ts';
import { absent, isKnown, type Measured } from '../model/measured.ts';
import type { Ratio } from '../model/units.ts';
import { hasTensorCores } from './has-tensor-cores.ts';

/** Below this util a GPU is not busy enough for its counters to say how well it works. */
export const busyUtil = 0.5;
/** DCGM's documentation calls SM activity under one half ineffective use of the GPU, and 0.8 what good use needs. */
export const emptyBelow = 0.5;
/** DRAM cannot be active for much more than 0.8 of the time (DCGM's documentation): this is three quarters of it. */
export const memoryBoundFrom = 0.6;
/** A pipe that is active for half of the time is at work; where none is, memory decides. */
export const computingFrom = 0.5;
/** Less is what a few small products leave behind. */
export const noTensorBelow = 0.02;
/** Large dense products in training seldom keep the tensor pipe busier than about this. */
export const tensorWellUsedFrom = 0.4;

export interface CounterFigures {
  readonly util: Measured<Ratio>;
  /** Takes the place of util for a MIG device. */
  readonly graphicsActive?: Measured<Ratio>;
  readonly smActive?: Measured<Ratio>;
  readonly tensorActive?: Measured<Ratio>;
  readonly dramActive?: Measured<Ratio>;
  readonly computeThroughput?: Measured<Ratio>;
}

/** How a busy GPU works, by its counters. */
export type Judgement = 'empty' | 'memory-bound' | 'no-tensor-cores' | 'well-used' | 'filled';

/**
 * The share of time in which a device has work. A MIG device has no util of its own, and that of its GPU may be its
 * neighbour's: the graphics engine's share says the same of it; where that is not counted, work on its SMs is the least.
 */
export function busyShare(device: Device, figures: CounterFigures): Measured<Ratio> {
  const { util, graphicsActive, smActive } = figures;
  if (isKnown(util) || device.parent === undefined) return util;
  const known = [graphicsActive, smActive].find((each) => each !== undefined && isKnown(each));
  return known ?? absent(`Nothing tells how long ${device.id} has work.`);
}

/** Null while the device is not busy, or too little is counted. */
export function judgeCounters(device: Device, figures: CounterFigures): Judgement | null {
  const { smActive, dramActive, tensorActive } = figures;
  const busy = busyShare(device, figures);
  if (device.kind !== 'gpu' || !isKnown(busy) || busy.value < busyUtil) return null;
  if (smActive === undefined || !isKnown(smActive)) return null;
  if (smActive.value < emptyBelow) return 'empty';
  const tensor = tensorActive?.value ?? null;
  const compute = figures.computeThroughput?.value ?? tensor;
  const dram = dramActive?.value ?? null;
  if (dram !== null && compute !== null && dram >= memoryBoundFrom && compute < computingFrom) {
    return 'memory-bound';
  }
  if (tensor === null) return 'filled';
  if (tensor < noTensorBelow && hasTensorCores(device)) return 'no-tensor-cores';
  return tensor >= tensorWellUsedFrom || (compute ?? 0) >= computingFrom ? 'well-used' : 'filled';
}
