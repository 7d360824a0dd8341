import { categoryOf } from '../../analysis/categories.ts';
import { shortKernelName } from '../../analysis/kernel-names/short-name.ts';
import { launchOccupancies } from '../../analysis/occupancy/kernel-occupancy.ts';
import type { Occupancy } from '../../analysis/occupancy/occupancy-of.ts';
import { type Extent, type Launch, registersOf, sharedBytesOf } from '../../model/activity.ts';
import { absent, type Measured } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import { forEachExecution } from './in-order.ts';
import type { EventTemplate } from './interner.ts';
import { FlatLanes } from './lanes.ts';
import { noFlow } from './packets.ts';
import type { Trace } from './trace.ts';

/** A stream of a device. Executions that overlap, as those of one stream may, lie on tracks beside the first. */
interface Stream {
  readonly name: string;
  readonly lanes: FlatLanes;
  readonly tracks: number[];
}

const notAsked: Measured<Occupancy> = absent('Not asked for.');

/** Writes every execution to the track of its stream, each tied by a flow to the host's call where that is known. */
export async function writeExecutions(trace: Trace): Promise<void> {
  const { timeline, packets, texts, at } = trace;
  const occupancies = launchOccupancies(timeline);
  const slices: (Uint8Array | undefined)[] = [];
  const calls: (Uint8Array | undefined)[] = [];
  const streams = new Map<string, Map<number, Stream>>();
  await introduceStreams(trace, streams);
  let flow = noFlow;
  await forEachExecution(timeline, (block, i) => {
    const index = block.launch[i] as number;
    const launch = timeline.launches[index] as Launch;
    const stream = streams.get(launch.device)?.get(block.queue[i] as number);
    if (stream === undefined) return null;
    let slice = slices[index];
    if (slice === undefined) {
      slice = texts.encode(sliceTemplate(launch, occupancies[index] ?? notAsked));
      slices[index] = slice;
    }
    const start = block.startNs[i] as number;
    const startNs = at(start);
    const endNs = Math.max(startNs, at(start + (block.durationNs[i] as number)));
    const track = trackOf(trace, stream, stream.lanes.take(startNs, endNs));
    const callNs = block.calls?.startNs[i] ?? Number.NaN;
    if (Number.isNaN(callNs)) {
      packets.slice(track, startNs, endNs, slice);
    } else {
      flow++;
      let call = calls[index];
      if (call === undefined) {
        call = texts.encode({ type: 'instant', category: 'launch', name: readableName(launch) });
        calls[index] = call;
      }
      packets.begin(trace.hostThread(block.calls?.thread[i] ?? 0), at(callNs), call, flow);
      packets.slice(track, startNs, endNs, slice, flow);
    }
    return packets.full ? packets.flush() : null;
  });
}

function sliceTemplate(launch: Launch, occupancy: Measured<Occupancy>): EventTemplate {
  const { kind, name, shape, layer, phase, flops, bytes } = launch;
  const readable = readableName(launch);
  return {
    type: 'sliceBegin',
    category: kind === 'kernel' ? categoryOf(name) : kind,
    // The name that a person can read; the whole one is a click away.
    name: readable,
    arguments: {
      kernel: readable === name ? null : name,
      grid: shape && extentText(shape.grid),
      block: shape && extentText(shape.block),
      registersPerThread: registersOf(shape),
      sharedBytes: sharedBytesOf(shape),
      occupancy: occupancy.value?.occupancy ?? null,
      limitedBy: occupancy.value?.limitedBy ?? null,
      layer,
      phase,
      flops,
      bytes,
    },
  };
}

function readableName({ kind, name }: Launch): string {
  return (kind === 'kernel' && shortKernelName(name)) || name;
}

function extentText([x, y, z]: Extent): string {
  return `${x} × ${y} × ${z}`;
}

/** Streams are shown in the order of their numbers, so they are introduced before what runs on them. */
async function introduceStreams(trace: Trace, streams: Map<string, Map<number, Stream>>): Promise<void> {
  const cpus = new Set(trace.timeline.devices.filter(({ kind }) => kind === 'cpu').map(({ id }) => id));
  const queues = queuesByDevice(trace.timeline);
  for (const [id, group] of trace.devices) {
    const found = new Map<number, Stream>();
    for (const queue of [...(queues.get(id) ?? [])].sort((a, b) => a - b)) {
      const name = cpus.has(id) ? 'kernels' : `stream ${queue}`;
      found.set(queue, { name, lanes: new FlatLanes(), tracks: [trace.tracks.thread(group, name)] });
      if (trace.packets.full) await trace.packets.flush();
    }
    streams.set(id, found);
  }
}

function queuesByDevice({ activity, launches }: Timeline): Map<string, Set<number>> {
  const queues = new Map<string, Set<number>>();
  for (const { device } of launches) if (!queues.has(device)) queues.set(device, new Set());
  const ofLaunch = launches.map(({ device }) => queues.get(device));
  for (const { count, launch, queue } of activity)
    for (let i = 0; i < count; i++) ofLaunch[launch[i] as number]?.add(queue[i] as number);
  return queues;
}

function trackOf(trace: Trace, { name, tracks }: Stream, lane: number): number {
  for (let next = tracks.length; next <= lane; next++)
    tracks.push(trace.tracks.beside(tracks[0] as number, `${name}, overlapping`));
  return tracks[lane] as number;
}
