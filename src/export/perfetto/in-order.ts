import type { ActivityBlock, Timeline } from '../../model/timeline.ts';

type Visit = (block: ActivityBlock, i: number) => Promise<void> | null;

/**
 * Visits executions so that the starts of each queue ascend, one after the other where a visit says to wait. Sources
 * write them so; where one did not, all are visited in the order of their starts.
 */
export async function forEachExecution(timeline: Timeline, visit: Visit): Promise<void> {
  if (!queuesAscend(timeline)) return visitSorted(timeline.activity, visit);
  for (const block of timeline.activity) {
    for (let i = 0; i < block.count; i++) {
      const waiting = visit(block, i);
      if (waiting !== null) await waiting;
    }
  }
}

function queuesAscend({ activity, launches }: Timeline): boolean {
  const devices = new Map<string, Map<number, number>>();
  for (const { device } of launches) if (!devices.has(device)) devices.set(device, new Map());
  const ofLaunch = launches.map(({ device }) => devices.get(device) ?? new Map<number, number>());
  for (const { count, launch, queue, startNs } of activity) {
    for (let i = 0; i < count; i++) {
      const start = startNs[i] as number;
      const last = ofLaunch[launch[i] as number] as Map<number, number>;
      if (start < (last.get(queue[i] as number) ?? Number.NEGATIVE_INFINITY)) return false;
      last.set(queue[i] as number, start);
    }
  }
  return true;
}

async function visitSorted(blocks: readonly ActivityBlock[], visit: Visit): Promise<void> {
  const total = blocks.reduce((sum, { count }) => sum + count, 0);
  const starts = new Float64Array(total);
  const firsts: number[] = [];
  let filled = 0;
  for (const { count, startNs } of blocks) {
    firsts.push(filled);
    starts.set(startNs.subarray(0, count), filled);
    filled += count;
  }
  const order = Uint32Array.from(starts, (_, at) => at);
  order.sort((a, b) => (starts[a] as number) - (starts[b] as number) || a - b);
  for (const at of order) {
    const block = blockAt(firsts, at);
    const waiting = visit(blocks[block] as ActivityBlock, at - (firsts[block] as number));
    if (waiting !== null) await waiting;
  }
}

/** Index of the block that holds the execution with this number: the last that begins at or before it. */
function blockAt(firsts: readonly number[], at: number): number {
  let low = 0;
  let high = firsts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((firsts[middle] as number) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
