import type { Device } from '../model/device.ts';
import { absent, known, type Measured } from '../model/measured.ts';
import type { ActivityBlock, Timeline } from '../model/timeline.ts';
import type { Nanoseconds } from '../model/units.ts';
import { launchesOf } from './coverage.ts';
import type { Interval } from './intervals.ts';
import { peakOf, shareOfPeak } from './kernels.ts';
import { launchOccupancies } from './occupancy/kernel-occupancy.ts';
import { whyNoCounter, whyNoLaunchShape } from './reasons.ts';
import { forEachRecorded, recordedSpans, summed } from './recorded.ts';
import { flopsRate } from './throughput.ts';
import { filledShare } from './utilization/device-figures.ts';
import { smCountOf } from './utilization/launch-columns.ts';
import { type LaunchWeights, sweepWindow, type WindowSums } from './window-sweep.ts';

/** What the launches of one device tell of a window. */
export interface LaunchFigures {
  readonly kernelBusy: Measured;
  readonly flopsPerSecond: Measured;
  readonly peakShare: Measured;
  readonly smActive: Measured;
  readonly kernelOccupancy: Measured;
}

const forgotten = absent(
  'A live view keeps the kernels of the last seconds only; the report has the whole run.',
);
const noLaunch = absent('No kernel of this device has been recorded yet.');
const notInWindow = absent(
  'Kernels are recorded in windows (--kernels window), and this moment is in none of them.',
);
const onlyBegun = absent('The run has only begun.');

/** What never changes of a block. */
interface BlockContent extends Interval {
  /** Ids of those that its executions ran on. */
  readonly devices: ReadonlySet<string>;
}

/** Measures windows of a timeline that grows; what does not change between two looks is kept. */
export class DeviceLaunches {
  readonly #timeline: Timeline;
  readonly #byDevice = new Map<string, LaunchWeights>();
  readonly #contents = new WeakMap<ActivityBlock, BlockContent>();
  readonly #withKernels = new Set<string>();
  #seen = 0;
  #columns: Omit<LaunchWeights, 'wanted'> = {
    blocks: new Float64Array(0),
    flops: new Float64Array(0),
    occupancy: new Float64Array(0),
  };

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Whether a kernel of this device has been recorded. Where none has, nothing is worked out. */
  has(device: string): boolean {
    this.#look();
    return this.#withKernels.has(device);
  }

  /** The last end of an execution of a device, of the block that came last; null where none is kept. */
  latestNs(device: string): Nanoseconds | null {
    const { activity } = this.#timeline;
    for (let at = activity.length - 1; at >= 0; at--) {
      const content = this.#contentOf(activity[at] as ActivityBlock);
      if (content.devices.has(device)) return content.endNs;
    }
    return null;
  }

  /** @param deep whether SMs and warps are asked for too, which costs a sweep */
  over(device: Device, window: Interval, deep: boolean): LaunchFigures {
    if (!this.has(device.id)) return all(noLaunch, shareOfPeak(noLaunch, peakOf(this.#timeline, device.id)));
    if (window.startNs < this.#timeline.keptFromNs) return all(forgotten, forgotten);
    const activity = this.#blocksOf(device.id, window);
    if (activity.length === 0 && this.#timeline.summaries.length > 0) return all(summed, summed);
    const recorded = this.#lastRecorded(device.id, window);
    if (recorded === null) return all(notInWindow, notInWindow);
    return this.#measure({ ...this.#timeline, activity }, device, recorded, deep);
  }

  #measure(timeline: Timeline, device: Device, window: Interval, deep: boolean): LaunchFigures {
    const windowNs = window.endNs - window.startNs;
    if (windowNs <= 0) return all(onlyBegun, onlyBegun);
    const sums = sweepWindow(timeline.activity, this.#weights(device.id), window, smCountOf(device));
    const arithmetic = flopsRate(sums.flops, sums.countedNs, sums.kernelNs, windowNs);
    return {
      kernelBusy: known(sums.busyNs / windowNs, 'launches'),
      flopsPerSecond: arithmetic,
      peakShare: shareOfPeak(arithmetic, peakOf(timeline, device.id)),
      ...(deep && device.kind !== 'cpu' ? depth(timeline, device, sums, windowNs) : depthUnknown(device)),
    };
  }

  /** The last part of a window in which executions were recorded; null where there is none. */
  #lastRecorded(device: string, window: Interval): Interval | null {
    let last: Interval | null = null;
    forEachRecorded(recordedSpans(this.#timeline, device), window, (startNs, endNs) => {
      last = { startNs, endNs };
    });
    return last;
  }

  #look(): void {
    const { launches } = this.#timeline;
    if (launches.length === this.#seen) return;
    for (; this.#seen < launches.length; this.#seen++) {
      const launch = launches[this.#seen];
      if (launch?.kind === 'kernel') this.#withKernels.add(launch.device);
    }
    this.#byDevice.clear();
    this.#columns = {
      blocks: Float64Array.from(launches, ({ shape }) =>
        shape === null ? 0 : shape.grid[0] * shape.grid[1] * shape.grid[2],
      ),
      flops: Float64Array.from(launches, ({ flops }) => flops ?? Number.NaN),
      occupancy: Float64Array.from(
        launchOccupancies(this.#timeline),
        (each) => each.value?.occupancy ?? Number.NaN,
      ),
    };
  }

  #weights(device: string): LaunchWeights {
    let weights = this.#byDevice.get(device);
    if (weights === undefined) {
      weights = { ...this.#columns, wanted: launchesOf(this.#timeline, device, ['kernel']) };
      this.#byDevice.set(device, weights);
    }
    return weights;
  }

  /** Those that hold an execution of the device and overlap the window: one rank mostly writes of one device. */
  #blocksOf(device: string, { startNs, endNs }: Interval): ActivityBlock[] {
    return this.#timeline.activity.filter((block) => {
      const held = this.#contentOf(block);
      return held.startNs < endNs && held.endNs > startNs && held.devices.has(device);
    });
  }

  #contentOf(block: ActivityBlock): BlockContent {
    const kept = this.#contents.get(block);
    if (kept !== undefined) return kept;
    let startNs = Number.POSITIVE_INFINITY;
    let endNs = Number.NEGATIVE_INFINITY;
    const launches = new Set<number>();
    for (let at = 0; at < block.count; at++) {
      const start = block.startNs[at] as number;
      startNs = Math.min(startNs, start);
      endNs = Math.max(endNs, start + (block.durationNs[at] as number));
      launches.add(block.launch[at] as number);
    }
    const devices = new Set([...launches].map((index) => this.#timeline.launches[index]?.device ?? ''));
    const content = { startNs, endNs, devices };
    this.#contents.set(block, content);
    return content;
  }
}

function depth(
  timeline: Timeline,
  device: Device,
  { filledNs, occupiedNs, occupancyKnownNs }: WindowSums,
  windowNs: number,
): Pick<LaunchFigures, 'smActive' | 'kernelOccupancy'> {
  const noCounter = absent(whyNoCounter(device, 'smActive'));
  return {
    smActive: filledShare(timeline, device, filledNs, windowNs, noCounter),
    kernelOccupancy:
      occupancyKnownNs > 0
        ? known(occupiedNs / occupancyKnownNs, 'launches')
        : absent('No kernel whose occupancy is known ran in this window.'),
  };
}

function all(measured: Measured, peakShare: Measured): LaunchFigures {
  return {
    kernelBusy: measured,
    flopsPerSecond: measured,
    peakShare,
    smActive: measured,
    kernelOccupancy: measured,
  };
}

function depthUnknown(device: Device): Pick<LaunchFigures, 'smActive' | 'kernelOccupancy'> {
  return {
    smActive: absent(whyNoCounter(device, 'smActive')),
    kernelOccupancy: absent(whyNoLaunchShape(device)),
  };
}
