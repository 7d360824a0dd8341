import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import { plural } from '../../model/numbers.ts';
import { metrics } from '../../model/series.ts';
import { type Outcome, seriesOf, type Timeline } from '../../model/timeline.ts';
import { whyAbsent } from '../samples.ts';
import { meanOf } from '../statistics.ts';
import { type CourseMoment, checkpointCourse, groupSteps } from './course.ts';
import { thinned } from './curves.ts';
import { groupProducer, type PlannedRun } from './plan.ts';
import { type ProgramDevices, programDevices } from './program-devices.ts';
import { type ProgramPace, programPace } from './program-pace.ts';

/** One run of a command. */
export interface CommandRound {
  readonly run: PlannedRun;
  readonly outcome: Outcome;
  /** What went wrong; ''. */
  readonly message: string;
  /** Null where it was not run or cannot be read. */
  readonly figures: CommandFigures | null;
}

/** What is kept of the recording of a run, which may be large. */
export interface CommandFigures {
  readonly command: readonly string[];
  readonly pace: ProgramPace;
  readonly devices: ProgramDevices;
  readonly finalLoss: Measured;
  readonly finalAccuracy: Measured;
  /** In the order of time; their samples are NaN where the program does not tell them. */
  readonly loss: readonly CourseMoment[];
  readonly accuracy: readonly CourseMoment[];
  /** Sentences on what could not be read, and on data that are made up. */
  readonly notes: readonly string[];
}

/** One value says little of a loss: that of the end is a mean over so many. */
const finalValues = 10;

/** Measures one run of a command; its group tells how it ended. */
export function commandRound(timeline: Timeline, run: PlannedRun): CommandRound {
  const group = timeline.producers.find(({ name }) => name === groupProducer);
  return {
    run,
    outcome: group?.outcome ?? 'running',
    message: group?.message ?? '',
    figures: measure(timeline),
  };
}

/** What stands for a run without a recording that can be read. */
export function missingCommand(run: PlannedRun, outcome: Outcome, message: string): CommandRound {
  return { run, outcome, message, figures: null };
}

/** Figures of the runs that came to their end. */
export function endedRuns(rounds: readonly CommandRound[]): readonly CommandFigures[] {
  return rounds.flatMap(({ outcome, figures }) => (outcome === 'ended' && figures !== null ? [figures] : []));
}

function measure(timeline: Timeline): CommandFigures {
  const pace = programPace(timeline);
  const finalAccuracy = accuracyOf(timeline);
  const { dropped, unfinished, outOfRange } = timeline.losses;
  const missing = dropped + unfinished + outOfRange;
  return {
    command: timeline.run.command,
    pace,
    devices: programDevices(timeline),
    finalLoss: lastOf(timeline, metrics.loss, finalValues),
    finalAccuracy,
    loss: courseOf(timeline, pace, metrics.loss),
    accuracy: isKnown(finalAccuracy) ? courseOf(timeline, pace, metrics.validationAccuracy) : [],
    notes: [
      ...timeline.damage,
      ...(missing === 0 ? [] : [`${plural(missing, 'record')} of it are missing.`]),
      ...(timeline.workload?.synthetic ? [`It trains on made-up data: ${timeline.workload.data}.`] : []),
    ],
  };
}

function lastOf(timeline: Timeline, metric: string, most: number): Measured {
  const entry = seriesOf(timeline, null, metric);
  const values = entry?.values.slice(-most) ?? [];
  if (entry === null || values.length === 0) {
    const how = `The program told no ${metric}; read it from its output with --metric '${metric}:…(\\S+)'.`;
    return absent(whyAbsent(timeline, null, metric, how));
  }
  const { from } = entry.series;
  if (!values.every(Number.isFinite)) return absent(`The ${metric} at the end is not a number.`);
  return known(
    meanOf(values),
    values.length === 1 ? from : `${from}, mean of the last ${values.length} values`,
  );
}

/** A share of 1; programs that print percent without their sign tell another number. */
function accuracyOf(timeline: Timeline): Measured {
  const metric = metrics.validationAccuracy;
  const last = lastOf(timeline, metric, 1);
  if (!isKnown(last) || (last.value >= 0 && last.value <= 1)) return last;
  return absent(`The last ${metric} is ${last.value}, which is no share of 1; print it as 0.76 or as 76%.`);
}

function courseOf(timeline: Timeline, pace: ProgramPace, metric: string): readonly CourseMoment[] {
  const entry = seriesOf(timeline, null, metric);
  if (entry === null) return [];
  const { startNs } = pace;
  const group = groupSteps(timeline.steps) ?? { startNs, endNs: startNs, steps: [] };
  const course = thinned(checkpointCourse(group, [entry]));
  return pace.samples === null ? course.map((moment) => ({ ...moment, samples: Number.NaN })) : course;
}
