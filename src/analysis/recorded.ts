/** When the executions of a device were recorded, where that is not throughout. */
import { type Absent, absent } from '../model/measured.ts';
import type { Timeline } from '../model/timeline.ts';
import type { Nanoseconds } from '../model/units.ts';
import type { Interval } from './intervals.ts';
import { Spans } from './utilization/spans.ts';

/** Why figures that need each execution are missing where they are told in sums. */
export const summed: Absent = absent(
  'The kernels are summed by the second (--kernels summary), so when each of them ran is not known.',
);

/** Windows in which executions of a device were recorded, ascending and apart; null where they were throughout. */
export function recordedSpans({ windows }: Timeline, device: string): Spans | null {
  const own = windows.filter(({ devices }) => devices.has(device));
  if (own.length === 0) return null;
  const spans = new Spans();
  for (const { startNs, endNs } of [...own].sort((a, b) => a.startNs - b.startNs)) {
    const last = spans.count - 1;
    if (last < 0 || startNs > (spans.endNs[last] as number)) spans.push(startNs, endNs);
    else spans.endNs[last] = Math.max(spans.endNs[last] as number, endNs);
  }
  return spans;
}

/** First to last stretch in which executions of a device are summed; null where none are. */
export function summedWindow({ summaries, launches }: Timeline, device: string): Interval | null {
  let startNs = Number.POSITIVE_INFINITY;
  let endNs = Number.NEGATIVE_INFINITY;
  for (const block of summaries) {
    for (let i = 0; i < block.count; i++) {
      if (launches[block.launch[i] as number]?.device !== device) continue;
      const start = block.startNs[i] as number;
      startNs = Math.min(startNs, start);
      endNs = Math.max(endNs, start + (block.durationNs[i] as number));
    }
  }
  return endNs > startNs ? { startNs, endNs } : null;
}

/** Calls `visit` for each part of a stretch that is recorded, in order: the whole where `recorded` is null. */
export function forEachRecorded(
  recorded: Spans | null,
  stretch: Interval,
  visit: (startNs: Nanoseconds, endNs: Nanoseconds) => void,
): void {
  if (recorded === null) {
    visit(stretch.startNs, stretch.endNs);
    return;
  }
  for (let at = firstEndingAfter(recorded, stretch.startNs); at < recorded.count; at++) {
    const startNs = Math.max(stretch.startNs, recorded.startNs[at] as number);
    const endNs = Math.min(stretch.endNs, recorded.endNs[at] as number);
    if (startNs >= stretch.endNs) return;
    if (endNs > startNs) visit(startNs, endNs);
  }
}

/** Length of what of a stretch is recorded. */
export function recordedNs(recorded: Spans | null, stretch: Interval): Nanoseconds {
  let sum = 0;
  forEachRecorded(recorded, stretch, (startNs, endNs) => {
    sum += endNs - startNs;
  });
  return sum;
}

function firstEndingAfter({ count, endNs }: Spans, timeNs: Nanoseconds): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((endNs[middle] as number) <= timeNs) low = middle + 1;
    else high = middle;
  }
  return low;
}
