import type { Device } from '../../model/device.ts';
import { absent, known, type Measured } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Nanoseconds } from '../../model/units.ts';
import type { DeviceFigure } from '../device-figures.ts';
import { samplesSince } from '../sampled-figures.ts';
import type { Finding } from './finding.ts';

/** Fewer samples are a moment, not a manner of working. */
export const enoughSamples = 5;

/** What was sampled of one GPU in the time that is looked at. */
export interface GpuSamples {
  readonly device: Device;
  values(figure: DeviceFigure): readonly number[];
  /** Absent where there are too few samples to speak of. */
  mean(figure: DeviceFigure): Measured;
}

/**
 * Asks of each GPU that is sampled and keeps one answer, a warning first; the others are named in its evidence.
 * @returns null where no GPU is sampled
 */
export function worstGpu(
  timeline: Timeline,
  sinceNs: Nanoseconds,
  id: string,
  notYet: string,
  ask: (samples: GpuSamples) => Omit<Finding, 'id'> | null,
): Finding | null {
  const sampled = new Set(timeline.series.map(({ series }) => series.device));
  for (const state of timeline.deviceStates) sampled.add(state.device);
  const gpus = timeline.devices.filter(({ kind, id: device }) => kind === 'gpu' && sampled.has(device));
  if (gpus.length === 0) return null;
  const answers = gpus.flatMap((device) => {
    const said = ask(samplesOf(timeline, device, sinceNs));
    return said === null ? [] : [{ device: device.id, said }];
  });
  for (const severity of ['warn', 'recheck', 'ok'] as const) {
    const [chosen, ...others] = answers.filter(({ said }) => said.severity === severity);
    if (chosen === undefined) continue;
    const names = others.map(({ device }) => device).join(', ');
    const also = names === '' || severity === 'ok' ? '' : ` The same holds for ${names}.`;
    return { id, ...chosen.said, evidence: `${chosen.said.evidence}${also}` };
  }
  return { id, severity: 'recheck', title: notYet, evidence: '', remedy: '' };
}

function samplesOf(timeline: Timeline, device: Device, sinceNs: Nanoseconds): GpuSamples {
  const values = (figure: DeviceFigure) => samplesSince(timeline, device.id, figure, sinceNs)?.values ?? [];
  return {
    device,
    values,
    mean(figure) {
      const own = values(figure);
      if (own.length < enoughSamples) return absent(`Too few samples of ${figure} to judge by.`);
      return known(own.reduce((sum, value) => sum + value, 0) / own.length, 'samples');
    },
  };
}
