/** Made-up moments of data-parallel trainings, the same for the same arguments. */
import type { ReplicaFigures, ReplicasView } from '../../src/analysis/replica-view.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { absent, known } from '../../src/model/measured.ts';
import type { ParallelInfo } from '../../src/model/parallel.ts';
import { noDetails, running } from './snapshots.ts';

const from = 'synthetic';
const samplesPerStep = 32;
const noStaleness = absent('The mode averages weights and counts no updates between.');

export const syncOfTwo: ParallelInfo = {
  mode: 'sync',
  replicas: 2,
  transport: 'shared-memory',
  settings: 'buckets of 4 MiB',
  stragglers: [],
};

/** One replica of a group in which the last is slow, twice as slow where it is a straggler on purpose. */
export function replicaFigures(parallel: ParallelInfo, replica: number): ReplicaFigures {
  const factor = parallel.stragglers.find((straggler) => straggler.replica === replica)?.factor ?? 1;
  const lockstep =
    parallel.mode === 'sync' ? Math.max(1, ...parallel.stragglers.map((one) => one.factor)) : factor;
  const stepSeconds = 0.12 * lockstep * (1 + (replica % 5) / 200);
  const wait = parallel.mode === 'sync' ? (lockstep - factor) / lockstep + 0.02 : 0.01;
  const communicate = 0.06;
  const compute = 1 - wait - communicate;
  return {
    replica,
    devices: [`cpu${replica}`],
    state: 'running',
    message: '',
    steps: Math.round(4200 / stepSeconds / 100),
    samplesPerSecond: known(samplesPerStep / stepSeconds, from),
    stepSeconds: known(stepSeconds, from),
    compute: known(compute, from),
    wait: known(wait, from),
    communicate: known(communicate, from),
    slowed: known(compute * (1 - 1 / factor), from),
    meanStaleness:
      parallel.mode === 'local'
        ? noStaleness
        : known(parallel.mode === 'async' ? 1.2 + replica / 40 : 0, from),
    loss: known(1.84 + (replica % 7) / 50, from),
    straggler: parallel.mode === 'sync' && factor > 1,
  };
}

const verdicts = {
  single: '',
  sync: 'Replica 0 waits 52 % of its time for replica 1, whose computing takes 2.0 times as long (slowed on purpose).',
  async:
    'Nobody waits for long: replica 0 trains 2.0 times as many samples a second as replica 7 (slowed on purpose); an update comes 1.2 others late on average.',
  local: '',
} as const;

/** @param bins values of staleness that came up, from 0 on */
export function replicasView(parallel: ParallelInfo, bins: number): ReplicasView {
  const rows = Array.from({ length: parallel.replicas }, (_, replica) => replicaFigures(parallel, replica));
  const [straggler] = parallel.stragglers;
  return {
    parallel,
    samplesPerSecond: known(
      rows.reduce((sum, { samplesPerSecond }) => sum + (samplesPerSecond.value ?? 0), 0),
      from,
    ),
    rows,
    staleness: Array.from({ length: bins }, (_, staleness) => ({
      staleness,
      updates: Math.round(9000 / (1 + (staleness - 1) ** 2)),
    })),
    meanStaleness: parallel.mode === 'local' ? noStaleness : known(bins > 1 ? 1.21 : 0, from),
    verdict: straggler === undefined ? '' : verdicts[parallel.mode],
  };
}

const asyncOf = (replicas: number): ParallelInfo => ({
  ...syncOfTwo,
  mode: 'async',
  replicas,
  settings: 'staleness bound 8, 2 servers by size',
});

/** Views of groups of 1, 2, 8 and 64. */
export const views = {
  single: replicasView({ mode: 'single', replicas: 1, transport: 'none', settings: '', stragglers: [] }, 0),
  sync: replicasView({ ...syncOfTwo, stragglers: [{ replica: 1, factor: 2 }] }, 1),
  async: replicasView({ ...asyncOf(8), stragglers: [{ replica: 7, factor: 2 }] }, 9),
  many: withGone(replicasView(asyncOf(64), 70)),
  local: unknown(replicasView({ ...syncOfTwo, mode: 'local', settings: 'average every 8 steps' }, 0)),
} as const satisfies Readonly<Record<string, ReplicasView>>;

function withGone(view: ReplicasView): ReplicasView {
  const rows = view.rows.map((row): ReplicaFigures => {
    if (row.replica === 2)
      return { ...row, state: 'failed', message: 'RangeError: the batch has no samples' };
    if (row.replica === 5) return { ...row, state: 'lost', message: 'it said nothing for 30 s' };
    return row.replica === 9 ? { ...row, state: 'ended' } : row;
  });
  return { ...view, rows };
}

/** Before the first whole step: nothing is known of the second replica. */
function unknown(view: ReplicasView): ReplicasView {
  const none = absent('It has made no step yet.');
  const rows = view.rows.map(
    (row): ReplicaFigures =>
      row.replica === 0
        ? row
        : {
            ...row,
            steps: 0,
            samplesPerSecond: none,
            stepSeconds: none,
            compute: none,
            wait: none,
            communicate: none,
            slowed: none,
            loss: known(Number.NaN, from),
          },
  );
  return { ...view, rows };
}

/** The moment of a run that shows a view. */
export function replicasMoment(view: ReplicasView, ticks = 240): Snapshot {
  const snapshot = running(ticks);
  const { training } = snapshot;
  if (training?.workload == null) throw new Error('The running moment has a workload.');
  const workload = { ...training.workload, parallel: view.parallel };
  return {
    ...snapshot,
    training: { ...training, workload },
    details: { ...noDetails, ranks: [], replicas: view },
  };
}
