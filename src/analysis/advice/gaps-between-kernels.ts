import type { Device } from '../../model/device.ts';
import { count, shortTime } from '../../model/numbers.ts';
import type { Timeline } from '../../model/timeline.ts';
import { toSeconds } from '../../model/units.ts';
import { activeWindow, type Coverage, coverage, launchesOf } from '../coverage.ts';
import { recordedSpans } from '../recorded.ts';
import type { DeviceUtilization } from '../utilization/index.ts';
import { subject, type Verdict, worstDevice } from './by-device.ts';
import { type Advice, percent } from './finding.ts';
import { type IdleCauses, idleCauses, isInput, namesOf, time } from './idle-causes.ts';
import { longestDispatchSeconds } from './launch-bound.ts';

const id = 'gaps-between-kernels';
/** From here on the gaps are worth a person's time. */
const worthwhile = 0.15;
/** Fewer gaps, or less time, say nothing. */
const enoughGaps = 100;
const enoughSeconds = 1;
const remedy = 'Prepare the next batch while the device computes, and keep host work out of the step.';

export const gapsBetweenKernels: Advice = {
  id,
  looksFor:
    'time between kernels, in which the device waits for the host for no cause that has a finding of its own',
  check(timeline) {
    const notYet = { title: 'Too few kernels to judge the gaps', evidence: '' };
    return worstDevice(timeline, id, notYet, (device, used) => {
      const causes = idleCauses(timeline, used);
      // A CPU device's calls are the kernels themselves: nothing is ever on its way.
      return causes === null || device.kind === 'cpu'
        ? checkCoverage(timeline, device)
        : checkCauses(timeline, device, used, causes);
    });
  },
};

/** Where launch calls are recorded, input and launches have findings of their own: this one is for the rest. */
function checkCauses(
  timeline: Timeline,
  device: Device,
  used: DeviceUtilization,
  causes: IdleCauses,
): Verdict | null {
  const { gaps, dispatchSeconds, inputSeconds, waitingSeconds, otherSeconds } = causes;
  if (gaps < enoughGaps) return null;
  const longWaits = dispatchSeconds / gaps >= longestDispatchSeconds ? dispatchSeconds : 0;
  const share = (longWaits + otherSeconds) / causes.windowSeconds;
  const part = (seconds: number) => percent(seconds / causes.windowSeconds);
  const evidence = `Idle for want of input ${part(inputSeconds)} of the window, while the host waited for a copy or the device ${part(waitingSeconds)}, between launches ${part(dispatchSeconds)}, for other reasons ${part(otherSeconds)}; the longest of ${gaps} gaps took ${time(used.idle.longestGapSeconds)}.`;
  if (share < worthwhile) {
    const title = 'No long gaps beyond those that other findings name';
    return { finding: { severity: 'ok', title, evidence, remedy: '' }, weight: share };
  }
  const did = used.idle.hostWork.filter((work) => !isInput(work));
  const host = did.length === 0 ? '' : ` Meanwhile the host was in ${namesOf(did)}.`;
  const title = `${subject(timeline, device)} waits ${percent(share)} of the time in long gaps`;
  return { finding: { severity: 'warn', title, evidence: evidence + host, remedy }, weight: share };
}

function checkCoverage(timeline: Timeline, device: Device): Verdict | null {
  const kernels = launchesOf(timeline, device.id, ['kernel']);
  const window = activeWindow(timeline, kernels);
  if (window === null) return null;
  const figures = coverage(timeline, kernels, window, recordedSpans(timeline, device.id));
  if (figures.gaps < enoughGaps || toSeconds(figures.windowNs) < enoughSeconds) return null;
  const idle = figures.gapNs / figures.windowNs;
  const wait = idle >= worthwhile;
  return {
    finding: {
      severity: wait ? 'warn' : 'ok',
      title: wait
        ? `${device.id} waits for the host ${percent(idle)} of the time`
        : 'Kernels follow each other closely',
      evidence: describe(figures, idle),
      remedy: wait ? remedy : '',
    },
    weight: idle,
  };
}

function describe({ gaps, gapNs, longestGapNs }: Coverage, idle: number): string {
  const [mean, longest] = [gapNs / gaps, longestGapNs].map((ns) => shortTime(toSeconds(ns)));
  return `${percent(idle)} of the window lies between kernels: ${count(gaps)} gaps, ${mean} on average, the longest ${longest}.`;
}
