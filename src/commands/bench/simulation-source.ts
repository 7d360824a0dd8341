import { join } from 'node:path';
import { isBench, readBench } from '../../analysis/bench/read.ts';
import type { BenchResult } from '../../analysis/bench/result.ts';
import { fittedLink, recordedCommunication, recordedComputing } from '../../analysis/simulation/recorded.ts';
import { linkOfRuns } from '../../analysis/simulation/validate.ts';
import { WarpwatchError } from '../../model/errors.ts';
import type { WorkloadInfo } from '../../model/training.ts';
import { readRecording } from '../../recording/reader.ts';
import { openRun } from '../open-run.ts';
import { bytesPerParameter, type RecordedTraining } from './simulation-assumptions.ts';

/** What a simulation starts from. */
export interface SimulationSource {
  readonly recorded: RecordedTraining;
  /** What was measured, to be held against its simulation; null for one recording. */
  readonly measured: BenchResult | null;
}

/** The first steps of a recording run kernels for the first time; of a benchmark its plan tells how many. */
const warmUpSteps = 2;

/**
 * Reads a recording, a foreign trace with steps, or the directory of a benchmark.
 * @throws WarpwatchError `bad-data` where it has no steps, and as the readers
 */
export async function openSimulationSource(path: string): Promise<SimulationSource> {
  const source = isBench(path) ? readBenchSource(path) : { recorded: await readRun(path), measured: null };
  if (source.recorded.computeSeconds.length > 0) return source;
  throw new WarpwatchError(
    'bad-data',
    `${path} has no steps after the first, so that it tells no step times; record a longer training or give step= without --from.`,
  );
}

async function readRun(path: string): Promise<RecordedTraining> {
  const timeline = await openRun([path]);
  const communication = recordedCommunication(timeline, warmUpSteps);
  const bytes = bytesOf(timeline.workload);
  return {
    path,
    workload: timeline.workload,
    computeSeconds: recordedComputing(timeline, warmUpSteps),
    link: communication === null || bytes === null ? null : fittedLink(communication, bytes),
  };
}

/** Step times are those of one replica alone, or else of the fewest that there are: what others do to them is to be simulated. */
function readBenchSource(directory: string): SimulationSource {
  const measured = readBench(directory);
  const ended = measured.runs.flatMap(({ replicas, rounds }) =>
    rounds.filter(({ outcome }) => outcome === 'ended').map(({ recording }) => ({ replicas, recording })),
  );
  const fewest = Math.min(...ended.map(({ replicas }) => replicas));
  const seconds = ended
    .filter(({ replicas }) => replicas === fewest)
    .map(({ recording }) => readRecording(join(directory, recording)))
    .flatMap((timeline) => [...recordedComputing(timeline, measured.settings.warmUpSteps)]);
  const bytes = bytesOf(measured.workload);
  const recorded = {
    path: directory,
    workload: measured.workload,
    computeSeconds: Float64Array.from(seconds),
    link: bytes === null ? null : linkOfRuns(measured, bytes, 'sync'),
  };
  return { recorded, measured };
}

function bytesOf(workload: WorkloadInfo | null): number | null {
  return workload === null || workload.parameters === 0 ? null : workload.parameters * bytesPerParameter;
}
