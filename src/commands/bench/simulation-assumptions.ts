import type { Simulation } from '../../analysis/bench/result.ts';
import type { Link } from '../../analysis/simulation/cluster.ts';
import type { SimulationSettings } from '../../analysis/simulation/settings.ts';
import { meanSeconds, type StepTimes } from '../../analysis/simulation/step-times.ts';
import { plural, shortTime, withUnit } from '../../model/numbers.ts';
import type { WorkloadInfo } from '../../model/training.ts';
import { type SimulationKey, simulationKeys } from './simulation-keys.ts';

/** What a recording, or the recordings of a benchmark, tell a simulation. */
export interface RecordedTraining {
  /** Names it where an assumption is taken from it. */
  readonly path: string;
  readonly workload: WorkloadInfo | null;
  /** Of computing a step, at least one. */
  readonly computeSeconds: Float64Array;
  /** Between replicas in the memory of one machine; null where there was one replica alone, or where it is not told. */
  readonly link: Link | null;
}

/** Gradients and parameters are float32. */
export const bytesPerParameter = 4;

export interface AssumedFrom {
  readonly settings: SimulationSettings;
  readonly given: ReadonlyMap<SimulationKey, string>;
  readonly recorded: RecordedTraining | null;
  /** What stands for a key, as a person would write it. */
  textOf(key: SimulationKey): string;
}

/** Every key with its value and where that is from; what a word such as `tier` became stands in its place. */
export function assumptionsOf(assumed: AssumedFrom): Simulation['assumptions'] {
  const { settings, given, recorded, textOf } = assumed;
  const ofRecording = recordedWords(recorded);
  const resolved = resolvedTexts(settings);
  const isFitted = recorded !== null && recorded.link !== null && textOf('tier') === 'shared-memory';
  const fromOf = (key: SimulationKey): string => {
    if (given.has(key)) return 'given';
    if (recorded === null) return 'default';
    if (isFitted && (key === 'bandwidth' || key === 'latency')) {
      return fittedFrom(recorded);
    }
    return ofRecording.has(key) ? recorded.path : 'default';
  };
  return simulationKeys
    .filter((key) => key !== 'cv' || settings.times.kind !== 'recorded')
    .map((key) => ({ name: key, value: resolved.get(key) ?? textOf(key), from: fromOf(key) }));
}

/** Those of measured runs, whose machine is simulated as it was. */
export function measuredAssumptions(
  settings: SimulationSettings,
  recorded: RecordedTraining,
): Simulation['assumptions'] {
  const { path } = recorded;
  const resolved = resolvedTexts(settings);
  const assumption = (name: SimulationKey, from: string, value = resolved.get(name) ?? '') => ({
    name,
    value,
    from,
  });
  return [
    assumption('step', path),
    assumption('batch', path, String(settings.batchSize)),
    assumption('bytes', path),
    assumption('tier', 'default', 'shared-memory'),
    assumption('bandwidth', fittedFrom(recorded), `${resolved.get('bandwidth')}; of each mode its own`),
    assumption('latency', fittedFrom(recorded)),
    assumption('backward', 'default', '0: no transfer is hidden'),
  ];
}

function fittedFrom({ path }: RecordedTraining): string {
  return `${path}, fitted to the time its replicas communicate in, as if all of it were bandwidth`;
}

/** What a recording says of keys, as a person would write it. */
export function recordedWords(recorded: RecordedTraining | null): ReadonlyMap<SimulationKey, string> {
  const words = new Map<SimulationKey, string>();
  if (recorded === null) return words;
  const times: StepTimes = { kind: 'recorded', seconds: recorded.computeSeconds };
  words.set('step', `${meanSeconds(times)}s`);
  const { workload } = recorded;
  if (workload === null) return words;
  if (workload.batchSize > 0) words.set('batch', String(workload.batchSize));
  if (workload.parameters > 0) words.set('bytes', `${workload.parameters * bytesPerParameter}B`);
  return words;
}

/** What became of words that stand for what is worked out. */
function resolvedTexts({
  cluster,
  server,
  times,
  bytes,
}: SimulationSettings): ReadonlyMap<SimulationKey, string> {
  const [inside, between] = [cluster.inside, cluster.between];
  const speed = (bytesPerSecond: number): string => withUnit(bytesPerSecond, 'B/s');
  const texts = new Map<SimulationKey, string>([
    ['gpus-per-node', String(cluster.gpusPerNode)],
    ['bytes', withUnit(bytes, 'B')],
    [
      'bandwidth',
      `${speed(inside.bytesPerSecond)} of a GPU in its node, ${speed(between.bytesPerSecond)} of a node`,
    ],
    [
      'latency',
      `${shortTime(inside.latencySeconds)} in a node, ${shortTime(between.latencySeconds)} between nodes`,
    ],
    ['servers', server.servers === null ? 'one a node' : String(server.servers)],
    ['server-bandwidth', speed(server.bytesPerSecond)],
    ['apply', `${shortTime(server.applySeconds)} for all parameters on one server`],
  ]);
  if (times.kind === 'recorded') {
    const steps = plural(times.seconds.length, 'recorded step');
    texts.set('step', `drawn from ${steps}, mean ${shortTime(meanSeconds(times))}`);
  }
  return texts;
}
