import { absent, type Measured } from '../../model/measured.ts';
import { medianOf } from '../statistics.ts';
import { type CommandFigures, type CommandRound, endedRuns } from './command-round.ts';
import { binnedCurve, checkpointCurve } from './curves.ts';
import { accuracyAt, type EqualPoints } from './equal-points.ts';
import type { RankDevices } from './program-devices.ts';
import type { BenchRun, CurvePoint, ReplicaRow, RoundRow } from './result.ts';
import { medianOver, spreadOf } from './spread.ts';

const noReplica = absent('A command is not held against one replica of its own.');
const noSlowing = absent('Commands are not slowed on purpose.');
const noStaleness = absent('Programs do not tell how many updates of others come between theirs.');

/**
 * The row of a command.
 * @param equal what the accuracies of both are compared at; null where one tells none
 */
export function commandRun(
  rounds: readonly CommandRound[],
  label: string,
  equal: EqualPoints | null,
): BenchRun {
  const ended = endedRuns(rounds);
  const rate = (of: (figures: CommandFigures) => Measured) => spreadOf(ended.map(of), 'factors');
  const share = (of: (figures: CommandFigures) => Measured) => spreadOf(ended.map(of), 'amounts', [0, 1]);
  const samplesOr = (points: readonly CurvePoint[]) =>
    points.map((point) => ({ ...point, samples: Number.isNaN(point.samples) ? null : point.samples }));
  return {
    label,
    mode: 'command',
    replicas: ranksOf(ended),
    modeSettings: rounds[0]?.run.modeSettings ?? '',
    samplesPerSecond: rate(({ pace }) => pace.samplesPerSecond),
    efficiency: noReplica,
    shares: {
      compute: share(({ devices }) => devices.compute),
      wait: share(({ devices }) => devices.wait),
      communicate: share(({ devices }) => devices.communicate),
      slowed: noSlowing,
    },
    stepSeconds: rate(({ pace }) => pace.stepSeconds),
    staleness: { mean: noStaleness, p50: noStaleness, p95: noStaleness, max: noStaleness, histogram: [] },
    loss: {
      final: spreadOf(
        ended.map(({ finalLoss }) => finalLoss),
        'amounts',
      ),
      curve: samplesOr(binnedCurve(ended.map(({ loss }) => loss))),
    },
    accuracy: {
      final: share(({ finalAccuracy }) => finalAccuracy),
      atEqualSeconds: share((run) => accuracyAtEqual(run, 'seconds', equal)),
      atEqualSamples: share((run) => accuracyAtEqual(run, 'samples', equal)),
      curve: samplesOr(checkpointCurve(ended.map(({ accuracy }) => accuracy))),
    },
    perReplica: replicaRows(ended),
    rounds: rounds.map(roundRow),
    program: {
      command: rounds.find(({ figures }) => figures !== null)?.figures?.command ?? [],
      seconds: rate(({ pace }) => pace.seconds),
      stepsPerSecond: rate(({ pace }) => pace.stepsPerSecond),
      util: share(({ devices }) => devices.util),
      smActive: share(({ devices }) => devices.smActive),
    },
  };
}

function ranksOf(ended: readonly CommandFigures[]): number {
  return Math.max(1, ...ended.map(({ pace, devices }) => Math.max(pace.ranks.length, devices.ranks.length)));
}

/** The ranks of a program that is distributed. */
function replicaRows(ended: readonly CommandFigures[]): ReplicaRow[] {
  const ranks = new Set(ended.flatMap(({ devices }) => devices.ranks.map(({ rank }) => rank)));
  return [...ranks]
    .sort((a, b) => a - b)
    .map((rank) => {
      const own = ended.flatMap(({ devices }) => devices.ranks.filter((row) => row.rank === rank));
      const paces = ended.flatMap(({ pace }) => pace.ranks.filter((row) => row.rank === rank));
      const median = (of: (row: RankDevices) => Measured) => medianOver(own.map(of));
      return {
        replica: rank,
        device: own[0]?.devices.join(' ') ?? '',
        steps: medianOf(paces.length === 0 ? [0] : paces.map(({ steps }) => steps)),
        samplesPerSecond: medianOver(paces.map(({ samplesPerSecond }) => samplesPerSecond)),
        compute: median(({ compute }) => compute),
        wait: median(({ wait }) => wait),
        communicate: median(({ communicate }) => communicate),
        straggler: own.filter(({ straggler }) => straggler).length * 2 > own.length,
      };
    });
}

function roundRow({ run: { round, recording }, outcome, message, figures }: CommandRound): RoundRow {
  const none = absent(message);
  return {
    round,
    recording,
    outcome,
    message,
    samplesPerSecond: figures?.pace.samplesPerSecond ?? none,
    efficiency: noReplica,
    seconds: figures?.pace.seconds ?? none,
    samples: figures?.pace.samples ?? null,
    finalLoss: figures?.finalLoss ?? none,
    accuracy: figures?.finalAccuracy ?? none,
    parameterChecksums: [],
    parameterNorms: [],
  };
}

/** The accuracy of a run at the time, or the number of samples, that every run came to. */
export function accuracyAtEqual(
  run: CommandFigures,
  by: keyof EqualPoints,
  equal: EqualPoints | null,
): Measured {
  if (run.accuracy.length === 0) return run.finalAccuracy;
  if (equal === null) return absent('The other command tells no accuracy.');
  return Number.isNaN(equal[by])
    ? absent('Not both commands tell their samples.')
    : accuracyAt(run, by, equal);
}
