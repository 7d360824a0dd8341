import type { ActivityBlock, Timeline } from '../../model/timeline.ts';
import { recordedSpans } from '../recorded.ts';
import { type LaunchColumns, launchColumns, smCountOf } from './launch-columns.ts';
import { orderByTime } from './order.ts';
import { Spans, subtract } from './spans.ts';
import type { RankSteps } from './step-windows.ts';
import { DeviceSweep } from './sweep.ts';

/** The executions of all devices, swept. */
export interface SweptDevices {
  /** One entry a device of the timeline, in its order. */
  readonly sweeps: readonly DeviceSweep[];
  /** Kernel time within the steps of its rank, one entry a launch. */
  readonly stepLaunchNs: Float64Array;
}

/** What a first look at the executions of a device tells. */
interface Survey {
  count: number;
  calls: number;
  ascends: boolean;
  lastStartNs: number;
}

/**
 * Sweeps all devices at once: one pass to count and to see whether starts ascend, and one to sweep. Executions of a
 * device whose starts do not ascend are gathered and sorted first.
 * @param stepsOf the steps within which a device's figures are taken as well
 */
export function sweepDevices(
  timeline: Timeline,
  stepsOf: (device: string) => RankSteps | undefined,
): SweptDevices {
  const columns = launchColumns(timeline);
  const stepLaunchNs = new Float64Array(timeline.launches.length);
  const surveys = survey(timeline, columns);
  const keepSpans = timeline.host.blocks.length > 0;
  const none = new Spans();
  const sweeps = timeline.devices.map((device, at) => {
    const recorded = recordedSpans(timeline, device.id);
    const steps = within(stepsOf(device.id)?.spans ?? none, recorded);
    const calls = surveys[at]?.calls ?? 0;
    const smCount = smCountOf(device);
    return new DeviceSweep({ columns, smCount, steps, stepLaunchNs, calls, keepSpans, recorded });
  });
  const unsorted = surveys.map(({ ascends, count }) => (ascends ? null : new Gathered(count)));
  for (const block of timeline.activity) sweepBlock(block, columns.device, sweeps, unsorted);
  for (const [at, gathered] of unsorted.entries()) {
    const sweep = sweeps[at];
    if (gathered !== null && sweep !== undefined) gathered.addTo(sweep);
  }
  for (const sweep of sweeps) sweep.finish();
  return { sweeps, stepLaunchNs };
}

/** What of the spans was recorded. */
function within(spans: Spans, recorded: Spans | null): Spans {
  return recorded === null ? spans : subtract(spans, subtract(spans, recorded));
}

function survey(timeline: Timeline, { device }: LaunchColumns): Survey[] {
  const surveys = timeline.devices.map(() => ({
    count: 0,
    calls: 0,
    ascends: true,
    lastStartNs: Number.NEGATIVE_INFINITY,
  }));
  for (const { count, startNs, launch, calls } of timeline.activity) {
    for (let i = 0; i < count; i++) {
      const own = surveys[device[launch[i] as number] as number];
      if (own === undefined) continue;
      own.count++;
      const start = startNs[i] as number;
      if (start < own.lastStartNs) own.ascends = false;
      own.lastStartNs = start;
      if (calls !== undefined && !Number.isNaN(calls.startNs[i] as number)) own.calls++;
    }
  }
  return surveys;
}

function sweepBlock(
  { count, startNs, durationNs, launch, calls }: ActivityBlock,
  device: Int32Array,
  sweeps: readonly DeviceSweep[],
  unsorted: readonly (Gathered | null)[],
): void {
  for (let i = 0; i < count; i++) {
    const index = launch[i] as number;
    const at = device[index] as number;
    const sweep = sweeps[at];
    if (sweep === undefined) continue;
    const callNs = calls === undefined ? Number.NaN : (calls.startNs[i] as number);
    const thread = calls === undefined ? 0 : (calls.thread[i] as number);
    const gathered = unsorted[at] as Gathered | null;
    if (gathered === null) sweep.add(startNs[i] as number, durationNs[i] as number, index, callNs, thread);
    else gathered.add(startNs[i] as number, durationNs[i] as number, index, callNs, thread);
  }
}

/** The executions of one device, as they came. */
class Gathered {
  #count = 0;
  readonly #startNs: Float64Array;
  readonly #durationNs: Float64Array;
  readonly #launch: Uint32Array;
  readonly #callNs: Float64Array;
  readonly #thread: Uint32Array;

  constructor(count: number) {
    this.#startNs = new Float64Array(count);
    this.#durationNs = new Float64Array(count);
    this.#launch = new Uint32Array(count);
    this.#callNs = new Float64Array(count);
    this.#thread = new Uint32Array(count);
  }

  add(startNs: number, durationNs: number, launch: number, callNs: number, thread: number): void {
    const at = this.#count++;
    this.#startNs[at] = startNs;
    this.#durationNs[at] = durationNs;
    this.#launch[at] = launch;
    this.#callNs[at] = callNs;
    this.#thread[at] = thread;
  }

  addTo(sweep: DeviceSweep): void {
    const order = orderByTime(this.#startNs);
    for (let i = 0; i < order.length; i++) {
      const at = order[i] as number;
      sweep.add(
        this.#startNs[at] as number,
        this.#durationNs[at] as number,
        this.#launch[at] as number,
        this.#callNs[at] as number,
        this.#thread[at] as number,
      );
    }
  }
}
