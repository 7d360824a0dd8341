import type { Device } from '../../model/device.ts';
import type { Timeline } from '../../model/timeline.ts';
import { type DeviceUtilization, measureDevice } from '../utilization/index.ts';
import type { Finding } from './finding.ts';

/** What a piece of advice says of one device, and how much of its time that is about. */
export interface Verdict {
  readonly finding: Omit<Finding, 'id'>;
  /** Only to choose between devices: the share of time at stake. */
  readonly weight: number;
}

/**
 * Asks of each device and keeps one answer: the warning about the largest share of time, else the `ok` about the largest,
 * else `notYet`. One finding a cause: a run of eight devices is not told the same eight times.
 */
export function worstDevice(
  timeline: Timeline,
  id: string,
  notYet: Omit<Finding, 'id' | 'severity' | 'remedy'>,
  ask: (device: Device, used: DeviceUtilization) => Verdict | null,
): Finding {
  const verdicts = timeline.devices
    .map((device) => ask(device, measureDevice(timeline, device)))
    .filter((verdict) => verdict !== null)
    .sort((a, b) => b.weight - a.weight);
  const chosen =
    verdicts.find(({ finding }) => finding.severity === 'warn') ??
    verdicts.find(({ finding }) => finding.severity === 'ok');
  return chosen === undefined
    ? { id, severity: 'recheck', ...notYet, remedy: '' }
    : { id, ...chosen.finding };
}

/** The device as the subject of a title: by its id where there are several. */
export function subject({ devices }: Timeline, { id }: Device): string {
  return devices.length > 1 ? id : 'The device';
}

/** Length of a device's window in seconds; 0 where it did nothing. */
export function windowSeconds({ window }: DeviceUtilization): number {
  return window === null ? 0 : (window.endNs - window.startNs) / 1e9;
}
