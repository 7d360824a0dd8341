import { absent, known, type Measured } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import { toSeconds } from '../../model/units.ts';
import { nothingRan } from '../reasons.ts';
import { summed } from '../recorded.ts';
import type { IdleFigures, LaunchFigures } from './figures.ts';
import { toHostWork, workOfThreads } from './host-ranges.ts';
import { quantiles } from './select.ts';
import type { Spans } from './spans.ts';
import type { DeviceSweep } from './sweep.ts';

const noCalls = absent('The records do not tell when the host launched each kernel.');

/** What the device waited for while it was idle. */
export function idleFigures(
  timeline: Timeline,
  sweep: DeviceSweep,
  hostRanges: readonly Spans[],
  isSummed: boolean,
): IdleFigures {
  const { gaps } = sweep;
  const ran = sweep.windowEndNs > sweep.windowStartNs;
  const part = (ns: number): Measured =>
    sweep.delays > 0 ? known(toSeconds(ns), fromCalls(sweep)) : noCalls;
  return {
    seconds: ran ? known(toSeconds(gaps.totalNs), 'launches') : isSummed ? summed : nothingRan,
    hostBound: part(gaps.hostBoundNs),
    launchBound: part(gaps.launchBoundNs),
    other: part(gaps.otherNs),
    gaps: gaps.count,
    longestGapSeconds: toSeconds(gaps.longestNs),
    hostWork:
      gaps.hostBound === null
        ? []
        : toHostWork(timeline, workOfThreads(timeline, hostRanges, gaps.hostBound), gaps.hostBoundNs),
  };
}

/** How long launches were on their way, and how many at once. */
export function launchFigures(sweep: DeviceSweep): LaunchFigures {
  const windowNs = sweep.recordedNs;
  if (sweep.delays === 0) return { delayP50Seconds: noCalls, delayP95Seconds: noCalls, queueDepth: noCalls };
  const from = fromCalls(sweep);
  const [p50 = 0, p95 = 0] = quantiles(sweep.delaysNs.subarray(0, sweep.delays), [0.5, 0.95]);
  return {
    delayP50Seconds: known(toSeconds(p50), from),
    delayP95Seconds: known(toSeconds(p95), from),
    queueDepth: windowNs > 0 ? known(sweep.queuedNs / windowNs, from) : nothingRan,
  };
}

function fromCalls({ delays, count }: DeviceSweep): string {
  if (delays === count) return 'launches';
  return `launches, calls known for ${Math.min(99, Math.floor((delays / count) * 100))} % of them`;
}
