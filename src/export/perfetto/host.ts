import type { HostBlock } from '../../model/timeline.ts';
import { type LaneWriter, NestingLanes } from './lanes.ts';
import type { Trace } from './trace.ts';

/** Ranges of all threads in columns, each thread's in a stretch of its own, in the order in which they nest. */
interface Ranges {
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  readonly name: Uint32Array;
  /** Per thread, the ranges by index: starts ascend, of equal ones the longest first. */
  readonly ofThread: readonly Uint32Array[];
}

/** Writes what host threads did. Ranges that cross, as asynchronous ones do, go to tracks beside their thread's. */
export async function writeHost(trace: Trace): Promise<void> {
  const { timeline, packets, texts, tracks } = trace;
  const { names, threads, blocks } = timeline.host;
  const ranges = rangesOf(blocks, threads.length, trace);
  const bodies: (Uint8Array | undefined)[] = [];
  for (const [thread, order] of ranges.ofThread.entries()) {
    if (order.length === 0) continue;
    const own = [trace.hostThread(thread)];
    const trackOf = (lane: number): number => {
      for (let next = own.length; next <= lane; next++)
        own.push(tracks.beside(own[0] as number, `${threads[thread]?.name ?? ''}, overlapping`));
      return own[lane] as number;
    };
    const lanes = new NestingLanes();
    let at = 0;
    const writer: LaneWriter = {
      begin: (lane) => {
        const index = ranges.name[at] as number;
        let body = bodies[index];
        if (body === undefined) {
          const { name, kind } = names[index] ?? { name: '', kind: 'annotation' };
          body = texts.encode({ type: 'sliceBegin', category: kind, name });
          bodies[index] = body;
        }
        packets.begin(trackOf(lane), ranges.startNs[at] as number, body);
      },
      end: (lane, endNs) => packets.end(trackOf(lane), endNs),
    };
    for (at of order) {
      lanes.take(ranges.startNs[at] as number, ranges.endNs[at] as number, writer);
      if (packets.full) await packets.flush();
    }
    lanes.finish(writer);
  }
}

function rangesOf(blocks: readonly HostBlock[], threadCount: number, { at }: Trace): Ranges {
  const total = blocks.reduce((sum, { count }) => sum + count, 0);
  const startNs = new Float64Array(total);
  const endNs = new Float64Array(total);
  const name = new Uint32Array(total);
  const counts = new Uint32Array(threadCount);
  for (const { count, thread } of blocks)
    for (let i = 0; i < count; i++) counts[thread[i] as number] = (counts[thread[i] as number] as number) + 1;
  const ofThread = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  let next = 0;
  for (const block of blocks) {
    for (let i = 0; i < block.count; i++, next++) {
      const start = block.startNs[i] as number;
      const thread = block.thread[i] as number;
      startNs[next] = at(start);
      endNs[next] = Math.max(at(start), at(start + (block.durationNs[i] as number)));
      name[next] = block.name[i] as number;
      const filled = counts[thread] as number;
      (ofThread[thread] as Uint32Array)[filled] = next;
      counts[thread] = filled + 1;
    }
  }
  for (const order of ofThread)
    order.sort(
      (a, b) =>
        (startNs[a] as number) - (startNs[b] as number) ||
        (endNs[b] as number) - (endNs[a] as number) ||
        a - b,
    );
  return { startNs, endNs, name, ofThread };
}
