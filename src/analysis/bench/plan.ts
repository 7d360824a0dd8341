import { messageOf, WarpwatchError } from '../../model/errors.ts';
import { modeNames, type Straggler, transportNames } from '../../model/parallel.ts';
import type { HostInfo } from '../../model/timeline.ts';
import { hostShape } from '../../recording/payloads/documents.ts';
import { count, listOf, object, oneOf, quantity, text } from '../../recording/shapes.ts';
import type { BenchRun, BenchSettings } from './result.ts';

/** What a benchmark sets out to run, in the order of running; written to its directory before the first run. */
export interface BenchPlan {
  readonly schema: typeof planSchema;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly command: readonly string[];
  readonly host: HostInfo;
  readonly settings: BenchSettings;
  readonly runs: readonly PlannedRun[];
  /** Sentences that were to be told before it began, such as that there are more replicas than cores. */
  readonly notes: readonly string[];
}

/**
 * One recording of the benchmark, made when its run begins. The producer `group` of the recording tells at its end how the run
 * ended and why, and marks which replicas were lost on the way.
 */
export interface PlannedRun {
  /** Directory of the recording within that of the benchmark, such as `sync-2.1`. */
  readonly recording: string;
  /** Short; the same in all rounds, and unlike that of every other configuration. */
  readonly label: string;
  readonly mode: BenchRun['mode'];
  readonly replicas: number;
  /** Of the mode, in words. */
  readonly modeSettings: string;
  /** From 1. */
  readonly round: number;
}

export const planSchema = 'warpwatch.bench-plan/1';
/** The plan's file in the directory of a benchmark. */
export const planFile = 'bench.json';
/** The producer that tells of a run as a whole. */
export const groupProducer = 'group';

const planShape = object<BenchPlan>({
  schema: oneOf(planSchema),
  createdAt: text,
  command: listOf(text),
  host: hostShape,
  settings: object<BenchSettings>({
    transport: oneOf(...transportNames),
    steps: count,
    warmUpSteps: count,
    rounds: count,
    stragglers: listOf(object<Straggler>({ replica: count, factor: quantity })),
  }),
  runs: listOf(
    object<PlannedRun>({
      recording: text,
      label: text,
      mode: oneOf(...modeNames, 'command'),
      replicas: count,
      modeSettings: text,
      round: count,
    }),
  ),
  notes: listOf(text),
});

export function encodeBenchPlan(plan: BenchPlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

/**
 * Reads the text of a plan.
 * @param path names the file in errors
 * @throws WarpwatchError `bad-data` where it is none
 */
export function parseBenchPlan(json: string, path: string): BenchPlan {
  try {
    return planShape(JSON.parse(json), 'it');
  } catch (cause) {
    const why = messageOf(cause);
    throw new WarpwatchError('bad-data', `${path} is not the plan of a benchmark: ${why}.`, { cause });
  }
}
