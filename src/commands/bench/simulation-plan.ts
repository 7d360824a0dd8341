import type { Cluster } from '../../analysis/simulation/cluster.ts';
import type { SimulationPlan } from '../../analysis/simulation/result.ts';
import type { SimulationSettings } from '../../analysis/simulation/settings.ts';
import { sizesUpTo } from '../../analysis/simulation/simulate.ts';
import { meanSeconds, type StepTimes } from '../../analysis/simulation/step-times.ts';
import { WarpwatchError } from '../../model/errors.ts';
import { count, plural, withUnit } from '../../model/numbers.ts';
import { assumptionsOf, type RecordedTraining, recordedWords } from './simulation-assumptions.ts';
import { clusterOf } from './simulation-cluster.ts';
import {
  readKey,
  type SimulationKey,
  type SimulationValues,
  splitSpecification,
  usualOf,
} from './simulation-keys.ts';

/** Half a minute of simulating on a slow machine. */
const mostReplicaSteps = 5e7;
const mostBuckets = 10_000;
/** A server reads a gradient and a parameter and writes the parameter, at about what eight channels of DDR4-3200 give. */
const applyPasses = 3;
const serverMemoryBytesPerSecond = 200e9;

/**
 * Reads what is to be simulated. What the specification does not give is taken from the recording, and else a default.
 * @throws WarpwatchError `usage` where it makes no sense
 */
export function simulationPlan(spec: string, recorded: RecordedTraining | null): SimulationPlan {
  const given = splitSpecification(spec);
  const ofRecording = recordedWords(recorded);
  const textOf = (key: SimulationKey): string => given.get(key) ?? ofRecording.get(key) ?? usualOf(key);
  const value = <K extends SimulationKey>(key: K): SimulationValues[K] => readKey(key, textOf(key));
  const sizes = sizesOf(value('gpus'));
  const most = sizes.at(-1) ?? 1;
  const cluster = clusterOf({
    tier: value('tier'),
    gpusPerNode: given.has('gpus-per-node') ? value('gpus-per-node') : null,
    usualGpusPerNode: value('gpus-per-node'),
    gpus: most,
    bandwidth: value('bandwidth').value,
    latency: value('latency').value,
    sharedMemory: recorded?.link ?? null,
  });
  const times = timesOf(given, value, recorded);
  const settings = settingsOf(value, cluster, most, times);
  checkWork(settings, most);
  const assumptions = assumptionsOf({ settings, given, recorded, textOf });
  return { settings, modes: value('mode'), sizes, assumptions, workload: recorded?.workload ?? null };
}

type ValueOf = <K extends SimulationKey>(key: K) => SimulationValues[K];

function settingsOf(value: ValueOf, cluster: Cluster, most: number, times: StepTimes): SimulationSettings {
  const [steps, bytes, mtbf] = [value('steps'), value('bytes'), value('mtbf').value];
  const [share, factor] = value('slow').value ?? [0, 1];
  const link = most > cluster.gpusPerNode ? cluster.between : cluster.inside;
  return {
    algorithm: value('algorithm'),
    cluster,
    chunkBytes: value('chunk'),
    steps,
    // Replicas in step with one another at the begin spread over a few steps.
    warmUpSteps: Math.floor(steps / 10),
    batchSize: value('batch'),
    bytes,
    times,
    slowness: { stragglers: stragglersOf(value('straggler').value ?? [], most), share, factor },
    bucketBytes: value('bucket'),
    backwardShare: value('backward'),
    server: {
      servers: value('servers').value,
      bytesPerSecond: value('server-bandwidth').value ?? link.bytesPerSecond,
      applySeconds: value('apply').value ?? (applyPasses * bytes) / serverMemoryBytesPerSecond,
      stalenessBound: value('bound').value,
    },
    averageEvery: value('every'),
    failures:
      mtbf === null
        ? null
        : {
            meanSecondsBetween: mtbf,
            checkpointEverySeconds: value('checkpoint'),
            checkpointSeconds: value('save'),
            restartSeconds: value('restart'),
            onFailure: value('on-failure'),
          },
    seed: value('seed'),
  };
}

/** One number is a sweep up to it; several are those and one alone, which others are compared with. */
function sizesOf(gpus: readonly number[]): number[] {
  const [only = 1] = gpus;
  if (gpus.length === 1) return sizesUpTo(only);
  return [...new Set([1, ...gpus])].sort((a, b) => a - b);
}

function timesOf(
  given: ReadonlyMap<SimulationKey, string>,
  value: ValueOf,
  recorded: RecordedTraining | null,
): StepTimes {
  const variation = value('cv');
  if (recorded !== null && !given.has('step')) {
    const own: StepTimes = { kind: 'recorded', seconds: recorded.computeSeconds };
    return given.has('cv') ? { kind: 'lognormal', meanSeconds: meanSeconds(own), variation } : own;
  }
  const mean = value('step');
  return variation === 0
    ? { kind: 'constant', meanSeconds: mean }
    : { kind: 'lognormal', meanSeconds: mean, variation };
}

function stragglersOf(
  pairs: readonly (readonly [number, number])[],
  most: number,
): SimulationSettings['slowness']['stragglers'] {
  return pairs.map(([replica, factor]) => {
    if (replica < most) return { replica, factor };
    throw new WarpwatchError(
      'usage',
      `--simulate: straggler= names replica ${replica}, and of ${plural(most, 'GPU')} the last is ${most - 1}.`,
    );
  });
}

function checkWork({ steps, bytes, bucketBytes }: SimulationSettings, most: number): void {
  if (most * steps > mostReplicaSteps) {
    throw new WarpwatchError(
      'usage',
      `--simulate: ${count(most)} GPUs times ${plural(steps, 'step')} takes too long; give steps=` +
        `${Math.max(1, Math.floor(mostReplicaSteps / most))} or fewer.`,
    );
  }
  if (bytes / bucketBytes > mostBuckets) {
    throw new WarpwatchError(
      'usage',
      `--simulate: ${withUnit(bytes, 'B')} in buckets of ${withUnit(bucketBytes, 'B')} are more than ` +
        `${count(mostBuckets)}; give a larger bucket=.`,
    );
  }
}
