import type { Device } from '../../model/device.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Ratio, Seconds } from '../../model/units.ts';
import { directionOf } from '../utilization/copies.ts';
import { type CopyDirection, type DeviceUtilization, measureSteps } from '../utilization/index.ts';
import { subject, type Verdict, windowSeconds, worstDevice } from './by-device.ts';
import { type Advice, percent } from './finding.ts';
import { isWaiting, namesOf, shareOf, time } from './idle-causes.ts';

const id = 'synchronous-copies';
/** Share of time from which on it is worth a person's time: pinning memory is one argument. */
const worthwhile = 0.05;
const enoughCopies = 5;

/** Copies between the device and memory that the host has not pinned. */
interface PageableCopies {
  readonly count: number;
  /** In which no kernel ran. */
  readonly exposedSeconds: Seconds;
}

export const synchronousCopies: Advice = {
  id,
  looksFor: 'copies that the host waits for, from or to pageable memory, while the device runs nothing',
  check(timeline) {
    const notYet = { title: 'Too few copies to judge', evidence: '' };
    return worstDevice(timeline, id, notYet, (device, used) => checkDevice(timeline, device, used));
  },
};

function checkDevice(timeline: Timeline, device: Device, used: DeviceUtilization): Verdict | null {
  const seconds = windowSeconds(used);
  const copies = pageableCopies(timeline, device.id, used);
  if (seconds === 0 || used.memcpys < enoughCopies) return null;
  const waiting = waitingShare(timeline, used, seconds);
  const share = copies.exposedSeconds / seconds + waiting.share;
  const evidence = `${copies.count} copies from or to pageable memory took ${time(copies.exposedSeconds)} in which no kernel ran, ${percent(copies.exposedSeconds / seconds)} of the window${waiting.text}.`;
  if (copies.count < enoughCopies || share < worthwhile) {
    return {
      finding: { severity: 'ok', title: 'Copies hold nothing up', evidence, remedy: '' },
      weight: share,
    };
  }
  return {
    finding: {
      severity: 'warn',
      title: `${subject(timeline, device)} stands still ${percent(share)} of the time around synchronous copies`,
      evidence,
      remedy:
        'Copy from pinned memory without blocking (pin_memory=True, non_blocking=True), on a stream of its own, and read results back rarely.',
    },
    weight: share,
  };
}

/** What the host spent in operators that wait for copies while the device ran nothing; within steps where there are any. */
function waitingShare(
  timeline: Timeline,
  { idle }: DeviceUtilization,
  seconds: Seconds,
): { share: Ratio; text: string } {
  const inSteps = timeline.steps.length > 0;
  const hostWork = (inSteps ? measureSteps(timeline).hostWork : idle.hostWork).filter(isWaiting);
  if (hostWork.length === 0) return { share: 0, text: '' };
  const waited = hostWork.reduce((sum, work) => sum + work.seconds, 0);
  const share = inSteps ? shareOf(hostWork, () => true) : waited / seconds;
  return {
    share,
    text: `; for another ${percent(share)} of ${inSteps ? 'the steps' : 'it'} the device waited while the host was in ${namesOf(hostWork)}`,
  };
}

function pageableCopies(timeline: Timeline, device: string, { copies }: DeviceUtilization): PageableCopies {
  const hidden = new Map<CopyDirection, Ratio>(
    copies.map(({ direction, overlap }) => [direction, overlap.value ?? 0]),
  );
  let count = 0;
  let exposedSeconds = 0;
  for (const [index, launch] of timeline.launches.entries()) {
    const totals = timeline.launchTotals[index];
    if (launch.kind !== 'memcpy' || launch.device !== device || totals === undefined) continue;
    if (!launch.name.includes('Pageable')) continue;
    count += totals.calls;
    exposedSeconds += (totals.durationNs / 1e9) * (1 - (hidden.get(directionOf(launch.name)) ?? 0));
  }
  return { count, exposedSeconds };
}
