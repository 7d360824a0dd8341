import type { Timeline } from '../../model/timeline.ts';
import type { Nanoseconds } from '../../model/units.ts';
import { busyButEmpty } from './busy-but-empty.ts';
import { clockChanges } from './clock-changes.ts';
import { countersStuck } from './counters-stuck.ts';
import { deviceLost } from './device-lost.ts';
import { exposedCommunication } from './exposed-communication.ts';
import { filledWithoutTensorCores } from './filled-without-tensor-cores.ts';
import type { Advice, Finding } from './finding.ts';
import { firstLoss } from './first-loss.ts';
import { gapsBetweenKernels } from './gaps-between-kernels.ts';
import { frozenLayers } from './health/frozen-layers.ts';
import { gradients } from './health/gradients.ts';
import { learningRate } from './health/learning-rate.ts';
import { noLearning } from './health/no-learning.ts';
import { normalisationModes } from './health/normalisation-modes.ts';
import { overFitting } from './health/over-fitting.ts';
import { ranOnce } from './health/ran-once.ts';
import { repeatedData } from './health/repeated-data.ts';
import { shuffledLabels } from './health/shuffled-labels.ts';
import { inputBound } from './input-bound.ts';
import { launchBound } from './launch-bound.ts';
import { lossNotFinite } from './loss-not-finite.ts';
import { lossTrend } from './loss-trend.ts';
import { lostRecords } from './lost-records.ts';
import { memoryBound } from './memory-bound.ts';
import { noTensorCores } from './no-tensor-cores.ts';
import { occupancyLimited } from './occupancy-limited.ts';
import { replicaCommunication } from './replicas/communication.ts';
import { replicaLost } from './replicas/lost.ts';
import { staleUpdates } from './replicas/stale-updates.ts';
import { replicaWaits } from './replicas/waits.ts';
import { smsNotFilled } from './sms-not-filled.ts';
import { sourcesDisagree } from './sources-disagree.ts';
import { stragglers } from './stragglers.ts';
import { synchronousCopies } from './synchronous-copies.ts';
import { throttled } from './throttled.ts';
import { unevenSteps } from './uneven-steps.ts';
import { unusedArithmetic } from './unused-arithmetic.ts';

/** Every piece of advice, the gravest first: a device that waits before one that works badly. A new one is a file and a line here. */
export const advice: readonly Advice[] = [
  lostRecords,
  deviceLost,
  replicaLost,
  lossNotFinite,
  firstLoss,
  lossTrend,
  repeatedData,
  shuffledLabels,
  noLearning,
  frozenLayers,
  normalisationModes,
  gradients,
  learningRate,
  ranOnce,
  overFitting,
  countersStuck,
  sourcesDisagree,
  throttled,
  inputBound,
  gapsBetweenKernels,
  launchBound,
  replicaWaits,
  replicaCommunication,
  staleUpdates,
  stragglers,
  exposedCommunication,
  synchronousCopies,
  busyButEmpty,
  memoryBound,
  filledWithoutTensorCores,
  noTensorCores,
  smsNotFilled,
  occupancyLimited,
  unusedArithmetic,
  unevenSteps,
  clockChanges,
];

/** What counters and launches both can say: where launches do, which name the kernels, counters need not. */
const sameCause: readonly (readonly [byCounters: Advice, byLaunches: Advice])[] = [
  [busyButEmpty, smsNotFilled],
  [filledWithoutTensorCores, noTensorCores],
  [memoryBound, unusedArithmetic],
];

/**
 * What each piece of advice says of a run; warnings first, otherwise in the order of the table.
 * @param sinceNs samples before this moment are the past; default: the whole run counts
 */
export function checkAdvice(timeline: Timeline, sinceNs: Nanoseconds = Number.NEGATIVE_INFINITY): Finding[] {
  const findings = advice.map((piece) => piece.check(timeline, sinceNs)).filter((said) => said !== null);
  const warned = new Set(findings.filter(({ severity }) => severity === 'warn').map(({ id }) => id));
  const twice = new Set(sameCause.filter(([, own]) => warned.has(own.id)).map(([{ id }]) => id));
  const rank = { warn: 0, recheck: 1, ok: 2 };
  return findings.filter(({ id }) => !twice.has(id)).sort((a, b) => rank[a.severity] - rank[b.severity]);
}
