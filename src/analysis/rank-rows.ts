import { absent, isKnown, known, type Measured } from '../model/measured.ts';
import type { ActivityBlock, Producer, Timeline } from '../model/timeline.ts';
import { toSeconds } from '../model/units.ts';
import type { RankRow } from './details.ts';
import type { Interval } from './intervals.ts';
import { recordedNs, recordedSpans, summed } from './recorded.ts';
import { measureDevice, measureRanks } from './utilization/index.ts';

/** Step times are means of so many: the present, and not the whole run. */
const recentSteps = 10;
const noSteps = absent('It marks no steps; NVTX ranges such as `step 7` do.');

/**
 * The processes that record kernels, or the ranks where the training is distributed, over the last seconds.
 * @param window about what devices are looked at over
 */
export function rankRows(timeline: Timeline, window: Interval): RankRow[] {
  const recent = within(timeline, window);
  const looked = stretchOf(recent.activity);
  const share = (seconds: Measured, devices: readonly string[]) => shareOf(recent, looked, seconds, devices);
  if (timeline.ranks.length > 0) {
    return measureRanks(recent).map(({ rank, devices, computeSeconds, communicationSeconds, straggler }) => {
      const processes = timeline.producers.filter((producer) => producer.rank === rank);
      return {
        ...processOf(processes),
        rank,
        devices,
        ...stepsOf(timeline, rank),
        computeShare: share(computeSeconds, devices),
        communicationShare: share(communicationSeconds, devices),
        straggler,
      };
    });
  }
  return timeline.producers
    .filter(({ devices }) => devices !== undefined && devices.length > 0)
    .map((producer) => {
      const devices = producer.devices ?? [];
      const used = recent.devices
        .filter(({ id }) => devices.includes(id))
        .map((device) => measureDevice(recent, device));
      return {
        ...processOf([producer]),
        rank: null,
        devices,
        // Steps do not say which process took them.
        step: null,
        stepSeconds: noSteps,
        computeShare: share(sum(used.map(({ computeSeconds }) => computeSeconds)), devices),
        communicationShare: share(sum(used.map(({ communication }) => communication.seconds)), devices),
        straggler: false,
      };
    });
}

/** The timeline's last seconds: its steps and executions of then, whose figures nothing older waters down. */
function within(timeline: Timeline, { startNs, endNs }: Interval): Timeline {
  const activity = timeline.activity.filter((block) => {
    const last = block.count - 1;
    return (block.startNs[last] as number) >= startNs && (block.startNs[0] as number) < endNs;
  });
  const steps = timeline.steps.filter((step) => step.endNs >= startNs && step.startNs < endNs);
  return { ...timeline, activity, steps };
}

function processOf(producers: readonly Producer[]): Pick<RankRow, 'pid' | 'program' | 'ended'> {
  const [first, ...others] = producers;
  const pids = new Set(producers.map(({ processId }) => processId));
  return {
    pid: pids.size === 1 ? (first?.processId ?? null) : null,
    program: first?.program ?? first?.name ?? '',
    ended: first !== undefined && [first, ...others].every(({ outcome }) => outcome !== 'running'),
  };
}

function stepsOf({ steps }: Timeline, rank: number): Pick<RankRow, 'step' | 'stepSeconds'> {
  const own = [];
  for (let at = steps.length - 1; at >= 0 && own.length < recentSteps; at--) {
    const step = steps[at];
    if (step?.rank === rank) own.push(step);
  }
  if (own.length === 0) return { step: null, stepSeconds: noSteps };
  const totalNs = own.reduce((all, step) => all + step.endNs - step.startNs, 0);
  return { step: own[0]?.number ?? null, stepSeconds: known(toSeconds(totalNs / own.length), 'steps') };
}

/** From the first to the last of the executions that are looked at, since blocks are taken whole; null where there are none. */
function stretchOf(activity: readonly ActivityBlock[]): Interval | null {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { count, startNs, durationNs } of activity) {
    for (let i = 0; i < count; i++) {
      const start = startNs[i] as number;
      if (start < first) first = start;
      const end = start + (durationNs[i] as number);
      if (end > last) last = end;
    }
  }
  return last > first ? { startNs: first, endNs: last } : null;
}

/** Of the time in which the devices were recorded, summed over them. */
function shareOf(
  timeline: Timeline,
  looked: Interval | null,
  seconds: Measured,
  devices: readonly string[],
): Measured {
  if (!isKnown(seconds)) return seconds;
  const ns = devices.reduce(
    (all, device) => all + (looked === null ? 0 : recordedNs(recordedSpans(timeline, device), looked)),
    0,
  );
  if (ns === 0) return absent('Nothing was recorded in these seconds.');
  return known(Math.min(1, seconds.value / toSeconds(ns)), seconds.from);
}

function sum(parts: readonly Measured[]): Measured {
  const values = parts.filter(isKnown);
  const [first] = values;
  if (first === undefined) return parts[0] ?? summed;
  return known(
    values.reduce((all, { value }) => all + value, 0),
    first.from,
  );
}
