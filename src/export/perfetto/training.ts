import type { Nanoseconds } from '../../model/units.ts';
import type { EventArguments } from './interner.ts';
import { FlatLanes } from './lanes.ts';
import type { Trace } from './trace.ts';

/** A range of the run, on a track of the given name. */
interface Range {
  readonly track: string;
  readonly name: string;
  readonly startNs: Nanoseconds;
  readonly endNs: Nanoseconds;
  readonly arguments: EventArguments;
}

/** Writes steps, a track a rank, and marks. */
export async function writeTraining(trace: Trace): Promise<void> {
  const { timeline } = trace;
  const steps = timeline.steps.map(
    ({ number, startNs, endNs, samples, rank }): Range => ({
      track: rank === undefined ? 'steps' : `steps of rank ${rank}`,
      name: `step ${number}`,
      startNs,
      endNs,
      arguments: { samples },
    }),
  );
  const marks = timeline.marks.map(
    ({ name, startNs, endNs, text }): Range => ({
      track: 'marks',
      name,
      startNs,
      endNs,
      arguments: { text },
    }),
  );
  await writeRanges(trace, steps, 'step');
  await writeRanges(trace, marks, 'mark');
}

async function writeRanges(trace: Trace, ranges: readonly Range[], category: string): Promise<void> {
  const { packets, texts, tracks, run, at } = trace;
  const shown = new Map<string, { lanes: FlatLanes; own: number[] }>();
  const ascending = ranges.toSorted((a, b) => a.startNs - b.startNs);
  for (const { track: trackName, name, startNs, endNs, arguments: shownWith } of ascending) {
    const track = shown.get(trackName) ?? { lanes: new FlatLanes(), own: [tracks.thread(run, trackName)] };
    shown.set(trackName, track);
    const lane = track.lanes.take(at(startNs), at(endNs));
    for (let next = track.own.length; next <= lane; next++)
      track.own.push(tracks.beside(track.own[0] as number, `${trackName}, overlapping`));
    const template = { category, name, arguments: shownWith };
    const on = track.own[lane] as number;
    if (endNs > startNs)
      packets.slice(on, at(startNs), at(endNs), texts.encode({ type: 'sliceBegin', ...template }));
    else packets.begin(on, at(startNs), texts.encode({ type: 'instant', ...template }));
    if (packets.full) await packets.flush();
  }
}
