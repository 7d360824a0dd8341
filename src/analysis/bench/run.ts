import { absent, known, type Measured } from '../../model/measured.ts';
import {
  meanOfUpdates,
  ofUpdates,
  quantileOfUpdates,
  stalenessRows,
  sumCounts,
} from '../replica-staleness.ts';
import { medianOf } from '../statistics.ts';
import { binnedCurve, checkpointCurve } from './curves.ts';
import type { Efficiency } from './efficiency.ts';
import { accuracyAt, type EqualPoints, noCheckpoint } from './equal-points.ts';
import type { PlannedRun } from './plan.ts';
import type { BenchRun, ReplicaRow, RoundRow, Spread, Staleness } from './result.ts';
import type { RoundFigures, ShareName } from './round.ts';
import { medianOver, type Scale, spreadOf } from './spread.ts';

const ofOne = [0, 1] as const;
const positive = [0, Number.POSITIVE_INFINITY] as const;

/** The row of a mode and number of replicas, over those of its rounds that came to their end. */
export function benchRun(
  { label, mode, replicas, modeSettings }: PlannedRun,
  all: readonly RoundFigures[],
  efficiency: Efficiency,
  equal: EqualPoints | null,
): BenchRun {
  const rounds = all.filter(({ outcome }) => outcome === 'ended');
  const over = (
    figure: (round: RoundFigures) => Measured,
    scale: Scale,
    bounds: readonly [number, number] = ofOne,
  ): Spread => spreadOf(rounds.map(figure), scale, bounds);
  const share = (name: ShareName) => over(({ shares }) => shares[name], 'amounts');
  return {
    label,
    mode,
    replicas,
    modeSettings,
    samplesPerSecond: over(({ samplesPerSecond }) => samplesPerSecond, 'amounts', positive),
    efficiency: over(efficiency, 'factors', positive),
    shares: {
      compute: share('compute'),
      wait: share('wait'),
      communicate: share('communicate'),
      slowed: share('slowed'),
    },
    stepSeconds: over(({ stepSeconds }) => stepSeconds, 'amounts', positive),
    staleness: stalenessOf(mode, rounds),
    loss: {
      final: over(({ finalLoss }) => finalLoss, 'amounts', [Number.NEGATIVE_INFINITY, positive[1]]),
      curve: binnedCurve(rounds.map(({ loss }) => loss)),
    },
    accuracy: {
      final: over(lastAccuracy, 'amounts'),
      atEqualSeconds: over((round) => accuracyAt(round, 'seconds', equal), 'amounts'),
      atEqualSamples: over((round) => accuracyAt(round, 'samples', equal), 'amounts'),
      curve: checkpointCurve(rounds.map(({ accuracy }) => accuracy)),
    },
    perReplica: Array.from({ length: replicas }, (_, replica) => replicaRow(replica, rounds)),
    rounds: all.map((round) => roundRow(round, efficiency)),
  };
}

function lastAccuracy({ accuracy }: RoundFigures): Measured {
  const last = accuracy.at(-1);
  return last === undefined ? absent(noCheckpoint) : known(last.value, 'checkpoints, the last');
}

function stalenessOf(mode: BenchRun['mode'], rounds: readonly RoundFigures[]): Staleness {
  const told = rounds.filter(({ staleness }) => staleness.length > 0);
  const counts = sumCounts(
    told.map(({ staleness }) => new Map(staleness.map((row) => [row.staleness, row.updates] as const))),
  );
  const rows = counts && stalenessRows(counts);
  const quantile = (share: number) => ofUpdates(mode, rows, (known) => quantileOfUpdates(known, share));
  return {
    mean: ofUpdates(mode, rows, meanOfUpdates),
    p50: quantile(0.5),
    p95: quantile(0.95),
    max: quantile(1),
    histogram: rows ?? [],
  };
}

function replicaRow(replica: number, rounds: readonly RoundFigures[]): ReplicaRow {
  const rows = rounds.flatMap(({ view }) => view?.rows[replica] ?? []);
  const over = (figure: (row: (typeof rows)[number]) => Measured) => medianOver(rows.map(figure));
  const devices = new Set(rows.flatMap(({ devices }) => devices));
  const backend = rounds.find(({ workload }) => workload !== null)?.workload?.backend ?? '';
  return {
    replica,
    device: devices.size > 0 ? [...devices].join(', ') : backend,
    steps: rows.length === 0 ? 0 : Math.round(medianOf(rows.map(({ steps }) => steps))),
    samplesPerSecond: over(({ samplesPerSecond }) => samplesPerSecond),
    compute: over(({ compute }) => compute),
    wait: over(({ wait }) => wait),
    communicate: over(({ communicate }) => communicate),
    straggler: rows.filter(({ straggler }) => straggler).length * 2 > rows.length,
  };
}

function roundRow(round: RoundFigures, efficiency: Efficiency): RoundRow {
  const { run, outcome, message, samplesPerSecond, seconds, samples, finalLoss } = round;
  return {
    round: run.round,
    recording: run.recording,
    outcome,
    message,
    samplesPerSecond,
    efficiency: efficiency(round),
    seconds,
    samples,
    finalLoss,
    accuracy: lastAccuracy(round),
    parameterChecksums: round.parameterChecksums,
    parameterNorms: round.parameterNorms,
  };
}
