import type { Device } from '../model/device.ts';
import { absent, known, type Measured } from '../model/measured.ts';
import type { ActivityBlock, Timeline } from '../model/timeline.ts';
import { coverage, launchesOf } from './coverage.ts';
import type { Interval, LaunchMask } from './intervals.ts';
import { peakOf, shareOfPeak } from './kernels.ts';
import { launchOccupancies } from './occupancy/kernel-occupancy.ts';
import { overTime } from './over-time.ts';
import { whyNoCounter, whyNoLaunchShape } from './reasons.ts';
import { forEachRecorded, recordedSpans, summed } from './recorded.ts';
import { flopsPerSecond } from './throughput.ts';
import { filledShare } from './utilization/device-figures.ts';

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
  readonly #masks = new Map<string, LaunchMask>();
  readonly #contents = new WeakMap<ActivityBlock, BlockContent>();
  readonly #withKernels = new Set<string>();
  #seen = 0;
  #occupancies = new Float64Array(0);

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Whether a kernel of this device has been recorded. Where none has, nothing is worked out. */
  has(device: string): boolean {
    this.#look();
    return this.#withKernels.has(device);
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
    const kernels = this.#mask(device.id);
    const arithmetic = flopsPerSecond(timeline, kernels, window);
    const { busyNs, windowNs } = coverage(timeline, kernels, window);
    return {
      kernelBusy: windowNs > 0 ? known(busyNs / windowNs, 'launches') : onlyBegun,
      flopsPerSecond: arithmetic,
      peakShare: shareOfPeak(arithmetic, peakOf(timeline, device.id)),
      ...(deep && windowNs > 0 ? this.#depth(timeline, device, window) : depthUnknown(device)),
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

  #depth(timeline: Timeline, device: Device, window: Interval) {
    if (device.kind === 'cpu') return depthUnknown(device);
    const smCount = device.smCount.value;
    const swept = overTime(timeline, device.id, window, {
      buckets: 1,
      smCount,
      occupancy: this.#occupancies,
    });
    const lengthNs = window.endNs - window.startNs;
    const filled = swept.smActive[0] ?? Number.NaN;
    const occupancy = swept.kernelOccupancy[0] ?? Number.NaN;
    return {
      smActive: filledShare(
        timeline,
        device,
        Number.isNaN(filled) ? 0 : filled * (smCount ?? 0) * lengthNs,
        lengthNs,
        absent(whyNoCounter(device, 'smActive')),
      ),
      kernelOccupancy: Number.isNaN(occupancy)
        ? absent('No kernel whose occupancy is known ran in this window.')
        : known(occupancy, 'launches'),
    };
  }

  #look(): void {
    const { launches } = this.#timeline;
    if (launches.length === this.#seen) return;
    for (; this.#seen < launches.length; this.#seen++) {
      const launch = launches[this.#seen];
      if (launch?.kind === 'kernel') this.#withKernels.add(launch.device);
    }
    this.#masks.clear();
    this.#occupancies = Float64Array.from(
      launchOccupancies(this.#timeline),
      (each) => each.value?.occupancy ?? Number.NaN,
    );
  }

  #mask(device: string): LaunchMask {
    let mask = this.#masks.get(device);
    if (mask === undefined) {
      mask = launchesOf(this.#timeline, device, ['kernel']);
      this.#masks.set(device, mask);
    }
    return mask;
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
