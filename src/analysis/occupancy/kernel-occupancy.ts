import type { Launch } from '../../model/activity.ts';
import type { Device } from '../../model/device.ts';
import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Ratio } from '../../model/units.ts';
import { whyNoLaunchShape } from '../reasons.ts';
import { type Occupancy, occupancyOnDevice } from './occupancy-of.ts';

const noKernel = absent('No kernel ran for a measurable time.');

/** Occupancy, waves and tail of one launch on its device; absent with the reason. */
export function launchOccupancy(device: Device, launch: Launch): Measured<Occupancy> {
  if (device.kind === 'cpu') return absent(whyNoLaunchShape(device));
  if (launch.kind !== 'kernel') return absent('Copies and sets hold no warps.');
  // AMD devices report a major and minor of their own, that would look like one of NVIDIA's capabilities.
  if (!/nvidia/i.test(device.vendor)) {
    return absent(
      `The occupancy rules known here are NVIDIA's; traces of ${device.vendor || 'this vendor'} tell no registers to apply others to.`,
    );
  }
  if (launch.shape === null) return absent(whyNoLaunchShape(device));
  if (!isKnown(device.computeCapability)) return device.computeCapability;
  if (!isKnown(device.smCount)) return device.smCount;
  return occupancyOnDevice(launch.shape, device.computeCapability.value, device.smCount.value);
}

/** Occupancy of every launch of a timeline, by its index. */
export function launchOccupancies(timeline: Timeline): Measured<Occupancy>[] {
  const devices = new Map(timeline.devices.map((device) => [device.id, device]));
  return timeline.launches.map((launch) => {
    const device = devices.get(launch.device);
    return device === undefined
      ? absent(`Nothing is recorded of device ${launch.device}.`)
      : launchOccupancy(device, launch);
  });
}

/**
 * Occupancy of a device's kernels, weighted with their durations. Where a part of the time is of launches whose
 * occupancy is unknown, the figure is over the rest and `from` says how much that is.
 * @param occupancies of each launch, as `launchOccupancies` returns them
 * @param weightNs kernel time of each launch in the stretch that is asked for; default: of the whole run
 */
export function kernelOccupancy(
  timeline: Timeline,
  deviceId: string,
  occupancies: readonly Measured<Occupancy>[] = launchOccupancies(timeline),
  weightNs: ArrayLike<number> = timeline.launchTotals.map(({ durationNs }) => durationNs),
): Measured<Ratio> {
  let sum = 0;
  let knownNs = 0;
  let totalNs = 0;
  let why = noKernel;
  for (const [index, launch] of timeline.launches.entries()) {
    const ns = weightNs[index] ?? 0;
    const occupancy = occupancies[index];
    if (launch.device !== deviceId || launch.kind !== 'kernel' || ns === 0 || occupancy === undefined)
      continue;
    totalNs += ns;
    if (isKnown(occupancy)) {
      knownNs += ns;
      sum += occupancy.value.occupancy * ns;
    } else {
      why = occupancy;
    }
  }
  if (knownNs === 0) return why;
  const share = Math.floor((knownNs / totalNs) * 100);
  return known(sum / knownNs, share >= 99 ? 'launches' : `launches, known for ${share} % of kernel time`);
}
