import { absent, known, type Measured } from '../../model/measured.ts';
import type { SampledSeries } from '../../model/timeline.ts';
import type { Step } from '../../model/training.ts';
import { type Nanoseconds, type Seconds, toSeconds } from '../../model/units.ts';
import type { ReplicaSeries } from '../replica-records.ts';
import { after } from '../samples.ts';

/** A figure at a moment of a training. */
export interface CourseMoment {
  /** Since the start of the first step of any replica. */
  readonly seconds: Seconds;
  /** Of all replicas. */
  readonly samples: number;
  readonly value: number;
}

/** The steps of all replicas in the order of their ends, with the samples of all by then. */
export interface GroupSteps {
  readonly startNs: Nanoseconds;
  /** End of the last. */
  readonly endNs: Nanoseconds;
  readonly steps: readonly { readonly step: Step; readonly samples: number }[];
}

/** Null where no step was made. */
export function groupSteps(steps: readonly Step[]): GroupSteps | null {
  const ordered = [...steps].sort((a, b) => a.endNs - b.endNs);
  const last = ordered.at(-1);
  if (last === undefined) return null;
  let startNs = Number.POSITIVE_INFINITY;
  let samples = 0;
  const counted = ordered.map((step) => {
    startNs = Math.min(startNs, step.startNs);
    samples += step.samples ?? 0;
    return { step, samples };
  });
  return { startNs, endNs: last.endNs, steps: counted };
}

/** The loss of each step that told one. */
export function lossCourse(group: GroupSteps, series: ReplicaSeries, metric: string): CourseMoment[] {
  return group.steps.flatMap(({ step, samples }) => {
    const value = lastWithin(series(step.rank ?? 0, metric), step);
    return value === null ? [] : [{ seconds: toSeconds(step.endNs - group.startNs), samples, value }];
  });
}

function lastWithin(entry: SampledSeries | null, { startNs, endNs }: Step): number | null {
  if (entry === null) return null;
  const at = after(entry, endNs) - 1;
  const timeNs = entry.timesNs[at];
  return timeNs !== undefined && timeNs > startNs ? (entry.values[at] as number) : null;
}

/** What evaluations of the checkpoints gave, whichever replica made them; their samples stand at the moment of the checkpoint. */
export function checkpointCourse(group: GroupSteps, entries: readonly SampledSeries[]): CourseMoment[] {
  const ends = group.steps.map(({ step }) => step.endNs);
  return entries
    .flatMap(({ timesNs, values }) => timesNs.map((timeNs, at) => ({ timeNs, value: values[at] as number })))
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => a.timeNs - b.timeNs)
    .map(({ timeNs, value }) => ({
      seconds: toSeconds(timeNs - group.startNs),
      samples: group.steps[after({ timesNs: ends }, timeNs) - 1]?.samples ?? 0,
      value,
    }));
}

/** The value at a time or a number of samples, linear between checkpoints; absent before the first and after the last. */
export function valueAt(
  course: readonly CourseMoment[],
  by: 'seconds' | 'samples',
  at: number,
  from: string,
): Measured {
  const next = course.findIndex((moment) => moment[by] >= at);
  const later = course[next];
  if (later === undefined) return absent('No checkpoint was evaluated so late in the training.');
  if (later[by] === at) return known(later.value, from);
  const earlier = course[next - 1];
  if (earlier === undefined) {
    return absent('Another run ended before the first checkpoint of this one; keep more checkpoints.');
  }
  const share = (at - earlier[by]) / (later[by] - earlier[by]);
  return known(earlier.value + share * (later.value - earlier.value), from);
}
