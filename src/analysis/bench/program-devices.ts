import type { Device } from '../../model/device.ts';
import { type Absent, absent, isKnown, known, type Measured } from '../../model/measured.ts';
import { metrics } from '../../model/series.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Ratio } from '../../model/units.ts';
import { nothingRan } from '../reasons.ts';
import { meanSample, whyAbsent } from '../samples.ts';
import { meanOf } from '../statistics.ts';
import { type DeviceUtilization, measureDevice, measureRanks } from '../utilization/index.ts';

/** What the devices of a program did: means over those that ran its kernels, from their first kernel to their last. */
export interface ProgramDevices extends DeviceShares {
  /** What a GPU monitor shows. */
  readonly util: Measured<Ratio>;
  readonly smActive: Measured<Ratio>;
  /** The lowest first; none where the program is not distributed. */
  readonly ranks: readonly RankDevices[];
}

/** Of the time from the first kernel to the last that was recorded; what is left is without kernels. */
export interface DeviceShares {
  /** A computing kernel ran. */
  readonly compute: Measured<Ratio>;
  /** Of the time of collectives under which no kernel computed, what this device had more than the one with the least. */
  readonly wait: Measured<Ratio>;
  /** The rest of that time: what all of them had. */
  readonly communicate: Measured<Ratio>;
}

export interface RankDevices extends DeviceShares {
  readonly rank: number;
  readonly devices: readonly string[];
  readonly straggler: boolean;
}

const noKernels = 'No kernels of the program were recorded, so that its devices are not known.';
const alone = absent('Waiting is told by collectives of several devices; those of one do not tell it apart.');

/** Measures what the devices of a program did. */
export function programDevices(timeline: Timeline): ProgramDevices {
  const used = timeline.devices
    .map((device) => ({ device, figures: measureDevice(timeline, device) }))
    .filter(({ figures }) => figures.kernels > 0);
  const shares = sharesOf(used.map(({ figures }) => figures));
  const nothing = absent(whyAbsent(timeline, null, metrics.kernels, noKernels));
  const mean = (of: (one: (typeof used)[number]) => Measured) => meanKnown(used.map(of), nothing);
  return {
    ...meanShares([...shares.values()], nothing),
    util: mean(({ device, figures }) => utilOf(timeline, device, figures)),
    smActive: mean(({ figures }) => figures.smActive),
    ranks: measureRanks(timeline).map(({ rank, devices, straggler }) => ({
      rank,
      devices,
      straggler,
      ...meanShares(
        devices.flatMap((id) => shares.get(id) ?? []),
        nothing,
      ),
    })),
  };
}

/** A collective ends for all at once and begins for each when it comes to it: who has least of it was waited for. */
function sharesOf(devices: readonly DeviceUtilization[]): ReadonlyMap<string, DeviceShares> {
  const measured = devices.map((device) => ({
    device,
    own: shareOf(device, device.communication.exposedSeconds),
  }));
  const values = measured.map(({ own }) => own).filter(isKnown);
  const least = Math.min(...values.map(({ value }) => value));
  return new Map(
    measured.map(({ device, own }) => {
      const apart = (part: (value: Ratio) => Ratio) =>
        isKnown(own) ? known(part(own.value), 'launches of collectives') : own;
      return [
        device.device,
        {
          compute: shareOf(device, device.computeSeconds),
          wait: values.length > 1 ? apart((value) => value - least) : isKnown(own) ? alone : own,
          communicate: apart(() => least),
        },
      ];
    }),
  );
}

function shareOf({ recorded }: DeviceUtilization, seconds: Measured): Measured<Ratio> {
  return isKnown(seconds) ? known(seconds.value / recorded.seconds, seconds.from) : seconds;
}

function utilOf(timeline: Timeline, { id }: Device, { window }: DeviceUtilization): Measured<Ratio> {
  return window === null ? nothingRan : meanSample(timeline, id, metrics.util, window);
}

function meanShares(shares: readonly DeviceShares[], nothing: Absent): DeviceShares {
  return {
    compute: meanKnown(
      shares.map(({ compute }) => compute),
      nothing,
    ),
    wait: meanKnown(
      shares.map(({ wait }) => wait),
      nothing,
    ),
    communicate: meanKnown(
      shares.map(({ communicate }) => communicate),
      nothing,
    ),
  };
}

/** The mean of those that are known; the reason of the first where none is, and `nothing` of none at all. */
function meanKnown(figures: readonly Measured[], nothing: Absent): Measured {
  const values = figures.filter(isKnown);
  const [first] = values;
  if (first === undefined) return figures[0] ?? nothing;
  return known(meanOf(values.map(({ value }) => value)), first.from);
}
