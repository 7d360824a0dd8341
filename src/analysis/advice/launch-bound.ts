import type { Device } from '../../model/device.ts';
import { isKnown } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { DeviceUtilization } from '../utilization/index.ts';
import { subject, type Verdict, worstDevice } from './by-device.ts';
import { type Advice, type Finding, percent } from './finding.ts';
import { idleCauses, isInput, namesOf, time } from './idle-causes.ts';

const id = 'launch-bound';
/** Share of the window from which on waiting for launches is worth a person's time. */
const worthwhile = 0.15;
const enoughGaps = 100;
/** An operator of an eager framework takes the host 5 to 100 µs; where gaps are longer on average, it does something else. */
export const longestDispatchSeconds = 500e-6;
/** A launch costs a few microseconds on any backend; kernels not much longer are mostly that cost. */
const smallNs = 10e3;
/** Without launch calls: share of all kernels that are small, and of kernel time that they take, to be a pattern. */
const manyCalls = 0.7;
const manyTime = 0.2;
const enoughCalls = 1000;

/** Kernels of one device by length. */
interface Sizes {
  readonly calls: number;
  readonly durationNs: number;
  readonly smallCalls: number;
  readonly smallNs: number;
}

export const launchBound: Advice = {
  id,
  looksFor: 'small kernels: the device waits for the next launch, or kernels are hardly longer than theirs',
  check(timeline) {
    const notYet = { title: 'Too few kernels to judge their launches', evidence: '' };
    return worstDevice(timeline, id, notYet, (device, used) => checkDevice(timeline, device, used));
  },
};

function checkDevice(timeline: Timeline, device: Device, used: DeviceUtilization): Verdict | null {
  const causes = idleCauses(timeline, used);
  const sizes = sizesOf(timeline, device.id);
  if (causes === null || device.kind === 'cpu') return bySize(sizes);
  const { gaps, dispatchSeconds } = causes;
  if (gaps < enoughGaps || sizes.calls === 0) return null;
  const share = dispatchSeconds / causes.windowSeconds;
  const delay = used.launches.delayP50Seconds;
  const did = used.idle.hostWork.filter((work) => !isInput(work));
  const text = [
    `Between launches the device was idle for ${percent(share)} of the window: ${gaps} gaps, ${time(dispatchSeconds / gaps)} on average.`,
    ` Kernels take ${time(sizes.durationNs / sizes.calls / 1e9)} on average, ${percent(sizes.smallCalls / sizes.calls)} of them under 10 µs`,
    isKnown(delay) ? `; half of the launches start within ${time(delay.value)} of their call.` : '.',
    did.length === 0 ? '' : ` Meanwhile the host was in ${namesOf(did)}.`,
  ].join('');
  const waits = share >= worthwhile && dispatchSeconds / gaps < longestDispatchSeconds;
  if (!waits) return { finding: fine('Launches keep ahead of the device', text), weight: share };
  return {
    finding: {
      severity: 'warn',
      title: `${subject(timeline, device)} waits for launches ${percent(share)} of the time`,
      evidence: text,
      remedy:
        'Give each launch more work or launch less often: CUDA graphs, torch.compile or other fusing, a larger batch.',
    },
    weight: share,
  };
}

/** Where nobody tells when launches were called for, only their sizes speak. */
function bySize({ calls, durationNs, smallCalls, smallNs: smallTimeNs }: Sizes): Verdict | null {
  if (calls < enoughCalls || durationNs === 0) return null;
  const share = smallTimeNs / durationNs;
  const evidence = `${percent(smallCalls / calls)} of ${calls} kernels take under 10 µs; they are ${percent(share)} of kernel time.`;
  if (smallCalls / calls < manyCalls || share < manyTime) {
    return { finding: fine('Kernels are long enough', evidence), weight: share };
  }
  return {
    finding: {
      severity: 'warn',
      title: 'Most kernels are hardly longer than their launch',
      evidence,
      remedy: 'Raise the batch size, or fuse small operations.',
    },
    weight: share,
  };
}

function sizesOf(timeline: Timeline, device: string): Sizes {
  const sum = { calls: 0, durationNs: 0, smallCalls: 0, smallNs: 0 };
  for (const [index, launch] of timeline.launches.entries()) {
    const totals = timeline.launchTotals[index];
    if (totals === undefined || totals.calls === 0 || launch.kind !== 'kernel' || launch.device !== device) {
      continue;
    }
    sum.calls += totals.calls;
    sum.durationNs += totals.durationNs;
    if (totals.durationNs / totals.calls >= smallNs) continue;
    sum.smallCalls += totals.calls;
    sum.smallNs += totals.durationNs;
  }
  return sum;
}

function fine(title: string, evidence: string): Omit<Finding, 'id'> {
  return { severity: 'ok', title, evidence, remedy: '' };
}
