import type { Timeline } from '../../model/timeline.ts';
import { activeWindow, coverage, launchesOf } from '../coverage.ts';
import type { Interval } from '../intervals.ts';
import { recordedSpans } from '../recorded.ts';
import { samplesSince } from '../sampled-figures.ts';
import { enoughSamples, worstGpu } from './by-gpu.ts';
import { type Advice, percent } from './finding.ts';

const id = 'sources-disagree';
/** Util says that some kernel runs nearly always. */
const highUtil = 0.8;
/** Util is coarse and its period is up to a second; less than this part of it is no rounding. */
const explained = 0.5;

export const sourcesDisagree: Advice = {
  id,
  looksFor: 'a high util that the recorded kernels do not explain',
  check(timeline, sinceNs) {
    const notYet = 'Too few samples of util beside recorded kernels to compare them';
    return worstGpu(timeline, sinceNs, id, notYet, ({ device }) => {
      const kernels = launchesOf(timeline, device.id, ['kernel']);
      if (!kernels.includes(1)) return null;
      const window = keptWindow(timeline, activeWindow(timeline, kernels), sinceNs);
      if (window === null) return null;
      const samples = samplesSince(timeline, device.id, 'util', window.startNs);
      const values = (samples?.values ?? []).filter(
        (_, at) => (samples?.timesNs[at] ?? Number.POSITIVE_INFINITY) <= window.endNs,
      );
      if (values.length < enoughSamples) return null;
      const util = values.reduce((sum, value) => sum + value, 0) / values.length;
      const { busyNs, windowNs } = coverage(timeline, kernels, window, recordedSpans(timeline, device.id));
      const busy = busyNs / windowNs;
      const evidence = `Over the same time util is ${percent(util)} and recorded kernels run for ${percent(busy)}.`;
      if (util < highUtil || busy >= explained * util) {
        return { severity: 'ok', title: 'Recorded kernels explain util', evidence, remedy: '' };
      }
      return {
        severity: 'warn',
        title: `Recorded kernels do not explain the util of ${device.id}`,
        evidence,
        remedy: 'Look for another process on this GPU, and for records that were lost.',
      };
    });
  },
};

/** From the first to the last recorded execution, as far back as all are kept. */
function keptWindow(timeline: Timeline, active: Interval | null, sinceNs: number): Interval | null {
  if (active === null) return null;
  const startNs = Math.max(active.startNs, timeline.keptFromNs, sinceNs);
  return startNs < active.endNs ? { startNs, endNs: active.endNs } : null;
}
