import { percent, quantity } from '../../model/numbers.ts';
import type { ModeName } from '../../model/parallel.ts';
import type { Bytes, Ratio, Seconds } from '../../model/units.ts';
import type { BenchResult, BenchRun, Spread } from '../bench/result.ts';
import { meanOf } from '../statistics.ts';
import type { Link } from './cluster.ts';
import { fittedLink, type MeasuredCommunication } from './recorded.ts';
import { sharesOf } from './rows.ts';
import type { SimulatedMode, SimulationSettings } from './settings.ts';
import { type SimulatedRun, simulateRun } from './simulate.ts';

/** A measured run beside its simulation. */
export interface Validation {
  readonly label: string;
  readonly run: SimulatedRun;
  /** Samples a second. */
  readonly measured: number;
  /** Of the simulated against the measured: 0.1 for a tenth more. */
  readonly relativeError: number;
  /** Share of waiting that was measured; null where it was not. */
  readonly measuredWait: Ratio | null;
  /** Computing time of a step of the run, without slowing on purpose, over that of one replica alone; NaN where it is not told. */
  readonly computingAgainstAlone: number;
}

/** An error beyond which the sentence says to beware. */
const mostError = 0.15;
/** Computing times that differ by more are told. */
const otherPace = 0.15;

/** What the simulation of measured runs starts from. */
export interface MeasuredTraining {
  readonly result: Pick<BenchResult, 'runs' | 'settings'>;
  /** Of computing a step of one replica alone. */
  readonly computeSeconds: Float64Array;
  readonly batchSize: number;
  readonly bytes: Bytes;
  /** Where the runs of a mode tell none of their own. */
  readonly link: Link;
}

/** So many that the luck of the draw hardly counts, however few were measured. */
const steps = 1000;

/** Simulates each run that was measured: on one machine, with the computing times of one replica alone. */
export function validate(measured: MeasuredTraining): Validation[] {
  return measured.result.runs.flatMap((run) => {
    const { value } = run.samplesPerSecond;
    if (value === null || run.mode === 'command') return [];
    const mode: SimulatedMode = run.mode === 'single' ? 'sync' : run.mode;
    const link = linkOfRuns(measured.result, measured.bytes, run.mode) ?? measured.link;
    const settings = asRun(run, measuredSettings({ ...measured, link }));
    const simulated = simulateRun(settings, mode, run.replicas);
    return [
      {
        label: run.label,
        run: simulated,
        measured: value,
        relativeError: simulated.samplesPerSecond / value - 1,
        measuredWait: run.shares.wait.value,
        computingAgainstAlone: computingOf(run) / meanOf([...measured.computeSeconds]),
      },
    ];
  });
}

/**
 * The machine of a measurement: all replicas in one node, what they hand over at the fitted bandwidth, nothing of it hidden,
 * since a replica's own thread copies and sums.
 */
export function measuredSettings(measured: MeasuredTraining): SimulationSettings {
  const { link, bytes, batchSize, computeSeconds, result } = measured;
  return {
    algorithm: 'ring',
    cluster: { gpusPerNode: Number.MAX_SAFE_INTEGER, inside: link, between: link },
    chunkBytes: bytes,
    steps,
    warmUpSteps: steps / 10,
    batchSize,
    bytes,
    times: { kind: 'recorded', seconds: computeSeconds },
    slowness: { stragglers: result.settings.stragglers, share: 0, factor: 1 },
    bucketBytes: bytes,
    backwardShare: 0,
    server: { servers: 1, bytesPerSecond: link.bytesPerSecond, applySeconds: 0, stalenessBound: null },
    averageEvery: 1,
    failures: null,
    seed: 1,
  };
}

/**
 * The bandwidth between replicas by what a run of the mode tells, or else by another's: modes hand over by ways of their own,
 * and averages of gradients are the plainest. Of several runs by the one of the fewest replicas, so that larger ones are foretold.
 */
export function linkOfRuns({ runs }: Pick<BenchResult, 'runs'>, bytes: Bytes, mode: ModeName): Link | null {
  const several = runs.filter(({ replicas }) => replicas > 1).toSorted((a, b) => a.replicas - b.replicas);
  for (const wanted of new Set([mode, 'sync', 'async'])) {
    for (const run of several.filter((own) => own.mode === wanted)) {
      const measured = communicationOf(run);
      const link = measured === null ? null : fittedLink(measured, bytes);
      if (link !== null) return link;
    }
  }
  return null;
}

/** Each run in a sentence, and what they say together. */
export function validationAnswers(validations: readonly Validation[]): string[] {
  const each = validations.map(
    (validation) =>
      `Simulated against measured: ${validation.label}: ${throughputText(validation)}${waitText(validation)}` +
      `${paceText(validation)}.`,
  );
  const worst = Math.max(...validations.map(({ relativeError }) => Math.abs(relativeError)));
  if (worst <= mostError || validations.length === 0) return each;
  return [
    ...each,
    `Simulated and measured differ by up to ${percent(worst)}: take what is simulated beyond the measured runs as rough.`,
  ];
}

function throughputText({ run, measured, relativeError }: Validation): string {
  const error = `${percent(Math.abs(relativeError))} ${relativeError < 0 ? 'less' : 'more'}`;
  return `${quantity(run.samplesPerSecond)} samples/s against ${quantity(measured)}, ${error}`;
}

/** Throughput may agree by chance where waiting does not. */
function waitText({ run: { outcome }, measuredWait }: Validation): string {
  if (measuredWait === null || outcome.replicas === 1) return '';
  return `; waiting is ${percent(sharesOf(outcome.parts).wait)} of steps against ${percent(measuredWait)}`;
}

/** Replicas that share memory or cores, or a machine that others use, do not compute as one alone did. */
function paceText({ computingAgainstAlone: times }: Validation): string {
  return Math.abs(times - 1) > otherPace
    ? `; computing takes ${quantity(times)} times as long there as alone, which is not simulated`
    : '';
}

function computingOf({ shares, stepSeconds }: BenchRun): Seconds {
  return (orNaN(shares.compute) - orNaN(shares.slowed)) * orNaN(stepSeconds);
}

function orNaN({ value }: Spread): number {
  return value ?? Number.NaN;
}

function communicationOf({ mode, replicas, shares, stepSeconds }: BenchRun): MeasuredCommunication | null {
  const secondsPerStep = orNaN(shares.communicate) * orNaN(stepSeconds);
  return mode === 'command' || Number.isNaN(secondsPerStep) ? null : { mode, replicas, secondsPerStep };
}

/** Takes what the mode's words tell of its settings. */
function asRun({ modeSettings }: BenchRun, settings: SimulationSettings): SimulationSettings {
  const number = (pattern: RegExp): number | null => {
    const digits = pattern.exec(modeSettings)?.[1];
    return digits === undefined ? null : Number(digits);
  };
  return {
    ...settings,
    averageEvery: number(/average every (\d+) step/) ?? 1,
    server: { ...settings.server, stalenessBound: number(/staleness bound (\d+)/) },
  };
}
