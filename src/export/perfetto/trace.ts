import type { Timeline } from '../../model/timeline.ts';
import type { Nanoseconds } from '../../model/units.ts';
import type { Sink } from '../exporter.ts';
import { Interner } from './interner.ts';
import { PacketWriter } from './packets.ts';
import { type Group, Tracks } from './tracks.ts';

/** What every part of the file is written with. */
export interface Trace {
  readonly timeline: Timeline;
  readonly packets: PacketWriter;
  readonly tracks: Tracks;
  readonly texts: Interner;
  /** The time on the file's clock: whole nanoseconds since the first moment in it. */
  at(timeNs: Nanoseconds): Nanoseconds;
  /** Tracks of host threads, by their index in the timeline; introduced with the first use. */
  hostThread(thread: number): number;
  /** Groups by the id of their device. */
  readonly devices: ReadonlyMap<string, Group>;
  readonly run: Group;
}

/** Begins a file: its clock, and a group each for the run, the devices and the hosts. */
export function beginTrace(timeline: Timeline, sink: Sink): Trace {
  const baseNs = Math.floor(firstMoment(timeline));
  const packets = new PacketWriter(sink, timeline.originUnixNs + BigInt(baseNs));
  const tracks = new Tracks(packets);
  const run = tracks.group(timeline.run.title === '' ? 'run' : timeline.run.title);
  const named = new Map(timeline.devices.map(({ id, name }) => [id, name === '' ? id : `${id}: ${name}`]));
  const ids = new Set([...named.keys(), ...timeline.launches.map(({ device }) => device)]);
  const devices = new Map([...ids].map((id) => [id, tracks.group(named.get(id) ?? id)]));
  const at = (timeNs: Nanoseconds) => Math.max(0, Math.round(timeNs) - baseNs);
  return {
    timeline,
    packets,
    tracks,
    texts: new Interner(packets),
    at,
    hostThread: hostThreads(timeline, tracks),
    devices,
    run,
  };
}

function hostThreads(timeline: Timeline, tracks: Tracks): (thread: number) => number {
  const groups = new Map<number | null, Group>();
  const known = new Map<number, number>();
  return (index) => {
    const track = known.get(index);
    if (track !== undefined) return track;
    const thread = timeline.host.threads[index];
    const rank = thread?.rank ?? null;
    const group = groups.get(rank) ?? tracks.group(rank === null ? 'host' : `host of rank ${rank}`);
    groups.set(rank, group);
    const added = tracks.thread(group, thread?.name ?? 'thread');
    known.set(index, added);
    return added;
  };
}

/** The earliest moment of anything that is written; 0 where there is nothing. */
function firstMoment(timeline: Timeline): Nanoseconds {
  let first = timeline.extent?.startNs ?? Number.POSITIVE_INFINITY;
  const columns = [
    ...timeline.activity.map((block) => block.calls?.startNs),
    ...timeline.host.blocks.map((block) => block.startNs),
  ];
  for (const startNs of columns) {
    // NaN is smaller than nothing.
    for (const value of startNs ?? []) if (value < first) first = value;
  }
  return Number.isFinite(first) ? first : 0;
}
