import type { DeviceFigure } from '../../src/analysis/device-figures.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import type { Device } from '../../src/model/device.ts';
import { isKnown, type Measured } from '../../src/model/measured.ts';
import { byteSize, count } from '../../src/model/numbers.ts';
import { hasGpu, shownDevices } from './shown-devices.ts';

/** Figures that only hardware counters give. */
const counters = ['smActive', 'occupancy', 'tensorActive', 'dramActive'] as const satisfies DeviceFigure[];
/** What no device of the machine tells, and that a person would look for. */
const asked = [
  { label: 'util', figures: ['util'] },
  { label: 'counters', figures: counters },
  { label: 'SM active', figures: ['smActive'] },
  { label: 'occupancy', figures: ['occupancy'] },
  { label: 'tensor', figures: ['tensorActive'] },
  { label: 'DRAM', figures: ['dramActive'] },
  { label: 'power', figures: ['powerWatts'] },
  { label: 'memory', figures: ['memoryUsedBytes'] },
] as const satisfies { label: string; figures: readonly DeviceFigure[] }[];

/** A sentence on what the device rows do not have. */
export interface DeviceNote {
  /** What there is none of: `no GPU`, `no counters, power`. */
  readonly lead: string;
  readonly why: string;
}

/** Why there is no GPU. */
export function noGpuNotes(snapshot: Snapshot): DeviceNote[] {
  return snapshot.whyNoGpu.map((why) => ({ lead: 'no GPU', why }));
}

/** Why a figure is missing on all GPUs: `no counters: GPM needs Hopper or newer`, one a reason. */
export function missingNotes(snapshot: Snapshot): DeviceNote[] {
  const views = shownDevices(snapshot).filter(
    ({ device, state }) => device.kind === 'gpu' && state.condition === 'present',
  );
  if (views.length === 0) return [];
  const missing = (name: DeviceFigure): boolean => views.every((view) => !isKnown(view[name]));
  const reasons = new Map<string, string[]>();
  const told = new Set<DeviceFigure>();
  for (const { label, figures } of asked) {
    if (figures.some((name) => told.has(name)) || !figures.every(missing)) continue;
    for (const name of figures) told.add(name);
    const why = views.map((view) => view[figures[0]]).find((figure) => !isKnown(figure));
    const text = why === undefined || isKnown(why) ? '' : why.why;
    reasons.set(text, [...(reasons.get(text) ?? []), label]);
  }
  return [...reasons].map(([why, labels]) => ({ lead: `no ${labels.join(', ')}`, why }));
}

/** What stands below the device rows: why there is no GPU, or what no GPU tells. */
export function deviceNotes(snapshot: Snapshot): DeviceNote[] {
  return hasGpu(shownDevices(snapshot)) ? missingNotes(snapshot) : noGpuNotes(snapshot);
}

/** What a device is, in pieces: its SMs, memory, address, and what it is a part of. */
export function identityOf(snapshot: Snapshot, device: Device): string[] {
  const parts = snapshot.devices.filter((other) => other.device.parent === device.id);
  return [
    measuredPart(device.smCount, (value) => `${count(value)} SMs`),
    measuredPart(device.computeCapability, (value) => `compute ${value}`),
    measuredPart(device.memoryBytes, byteSize),
    device.pciBusId ?? '',
    device.uuid ?? '',
    device.parent === undefined ? '' : `part of ${device.parent}`,
    parts.length === 0 ? '' : `parts: ${parts.map((part) => part.device.id).join(', ')}`,
  ].filter((text) => text !== '');
}

function measuredPart<T>(measured: Measured<T>, format: (value: T) => string): string {
  return isKnown(measured) ? format(measured.value) : '';
}
