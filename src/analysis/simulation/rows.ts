import { absent, known, type Measured } from '../../model/measured.ts';
import { plural, withUnit } from '../../model/numbers.ts';
import type { Seconds } from '../../model/units.ts';
import type { BenchRun, ReplicaRow, Spread, Staleness } from '../bench/result.ts';
import {
  meanOfUpdates,
  ofUpdates,
  quantileOfUpdates,
  type StalenessRow,
  stalenessRows,
} from '../replica-staleness.ts';
import { worthwhileWait } from '../replica-verdict.ts';
import { meanOf } from '../statistics.ts';
import { stagesOf } from './servers.ts';
import type { Outcome, ReplicaParts, SimulationSettings } from './settings.ts';
import { getsAhead, type SimulatedRun } from './simulate.ts';
import { slownessFactors } from './step-times.ts';

/** What every simulated figure says it is from. */
const simulatedFrom = 'simulated';

/** Replicas that are told one by one; more are told together only. */
export const mostReplicaRows = 16;
const noTraining = absent('A simulation trains nothing; run `warpwatch bench` for loss and accuracy.');

/** A simulated run as the contract has it. It has no rounds, for it repeats. */
export function benchRun(run: SimulatedRun, settings: SimulationSettings): BenchRun {
  const { outcome } = run;
  const shares = sharesOf(outcome.parts);
  const rate = (value: number): Spread => (getsAhead(run) ? spread(value) : stuck(outcome.replicas));
  return {
    label: labelOf(outcome),
    mode: outcome.mode,
    replicas: outcome.replicas,
    modeSettings: modeSettings(settings, outcome),
    samplesPerSecond: rate(run.samplesPerSecond),
    efficiency: rate(run.efficiency),
    shares: {
      compute: spread(shares.compute),
      wait: spread(shares.wait),
      communicate: spread(shares.communicate),
      slowed: spread(shares.slowed),
    },
    stepSeconds: spread(shares.seconds / sum(outcome.parts.steps)),
    staleness: stalenessOf(outcome),
    loss: { final: noTraining, curve: [] },
    accuracy: { final: noTraining, atEqualSeconds: noTraining, atEqualSamples: noTraining, curve: [] },
    perReplica: outcome.replicas > mostReplicaRows ? [] : replicaRows(outcome, settings),
    rounds: [],
  };
}

/** As measured runs are labelled. */
export function labelOf({ mode, replicas }: Pick<Outcome, 'mode' | 'replicas'>): string {
  return mode === 'single' ? mode : `${mode}, ${plural(replicas, 'replica')}`;
}

/** Of the time of steps of all replicas; `seconds` is that time. */
export function sharesOf(
  parts: ReplicaParts,
): Record<'compute' | 'wait' | 'communicate' | 'slowed' | 'seconds', number> {
  const [compute, wait, communicate] = [sum(parts.compute), sum(parts.wait), sum(parts.communicate)];
  const seconds = compute + wait + communicate;
  return {
    compute: compute / seconds,
    wait: wait / seconds,
    communicate: communicate / seconds,
    slowed: sum(parts.slowed) / seconds,
    seconds,
  };
}

function stalenessOf(outcome: Outcome): Staleness {
  const rows = stalenessRows(outcome.staleness);
  const figure = (of: (rows: readonly StalenessRow[]) => number): Measured =>
    rows.length > 0 ? known(of(rows), simulatedFrom) : ofUpdates(outcome.mode, null, of);
  const quantile = (share: number): Measured => figure((own) => quantileOfUpdates(own, share));
  return {
    mean: figure(meanOfUpdates),
    p50: quantile(0.5),
    p95: quantile(0.95),
    max: quantile(1),
    histogram: rows,
  };
}

function replicaRows({ parts, replicas }: Outcome, settings: SimulationSettings): ReplicaRow[] {
  const factors = slownessFactors(settings.slowness, replicas);
  const waits = Array.from(parts.wait, (wait, replica) => wait / stepsSeconds(parts, replica));
  const othersWait = (replica: number): boolean =>
    meanOf(waits.toSpliced(replica, 1)) - (waits[replica] as number) > worthwhileWait;
  return Array.from(parts.steps, (steps, replica) => {
    const of = (column: Float64Array): number => column[replica] as number;
    const seconds = stepsSeconds(parts, replica);
    const figure = (value: number): Measured => known(value, simulatedFrom);
    return {
      replica,
      device: 'simulated GPU',
      steps,
      samplesPerSecond: figure((steps * settings.batchSize) / seconds),
      compute: figure(of(parts.compute) / seconds),
      wait: figure(of(parts.wait) / seconds),
      communicate: figure(of(parts.communicate) / seconds),
      straggler: (factors[replica] as number) > 1 && othersWait(replica),
    };
  });
}

function stepsSeconds({ compute, wait, communicate }: ReplicaParts, replica: number): Seconds {
  return (compute[replica] as number) + (wait[replica] as number) + (communicate[replica] as number);
}

function modeSettings(settings: SimulationSettings, { mode, replicas }: Outcome): string {
  if (mode === 'single') return '';
  if (mode === 'local')
    return `average every ${plural(settings.averageEvery, 'step')}, ${settings.algorithm}`;
  if (mode === 'sync') {
    const overlap = settings.backwardShare > 0 ? ', during the backward pass' : '';
    return `${settings.algorithm}, buckets of ${withUnit(Math.min(settings.bucketBytes, settings.bytes), 'B')}${overlap}`;
  }
  const { stalenessBound } = settings.server;
  const bound = stalenessBound === null ? '' : `, staleness bound ${stalenessBound}`;
  return `${plural(stagesOf(settings, replicas).servers, 'server')}${bound}`;
}

function stuck(replicas: number): Spread {
  return absent(
    `Of ${plural(replicas, 'GPU')} one fails before the next checkpoint is there, so that a training hardly gets ahead; ` +
      'shorten `checkpoint=`.',
  );
}

function spread(value: number): Spread {
  return { value, low: null, high: null, from: simulatedFrom };
}

function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}
