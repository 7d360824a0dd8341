import { isKnown } from '../../../model/measured.ts';
import type { ReplicaFigures } from '../../replica-view.ts';
import { replicasView, wholeRun } from '../../replicas.ts';
import { type Advice, percent } from '../finding.ts';
import { words } from '../health/figures.ts';

const { warn, ok, recheck } = words('replica-waits');

export const replicaWaits: Advice = {
  id: 'replica-waits',
  looksFor: 'a replica that the others wait for, by what replicas tell of their waiting',
  check(timeline) {
    const view = replicasView(timeline, wholeRun);
    if (view === null || view.rows.length < 2) return null;
    const straggler = view.rows.find((row) => row.straggler);
    if (straggler === undefined) {
      const waits = view.rows.filter(({ wait }) => isKnown(wait));
      if (waits.length < view.rows.length) return recheck('Too few steps to see who waits for whom', '');
      return ok('No replica keeps the others waiting', waits.map(waitText).join(', '));
    }
    const { mode, stragglers } = view.parallel;
    const onPurpose = stragglers.some(({ replica }) => replica === straggler.replica);
    const other =
      mode === 'async' ? 'a larger --staleness-bound waits less' : 'asynchronous updates (async) do not wait';
    const remedy = onPurpose
      ? `It is slowed on purpose; ${other}.`
      : `Look at its device (clocks, temperature, what else runs there) and at its input; ${other}.`;
    return warn(`Replica ${straggler.replica} keeps the others waiting`, view.verdict, remedy);
  },
};

function waitText({ replica, wait }: ReplicaFigures): string {
  return `replica ${replica} waits ${percent(wait.value ?? Number.NaN)} of its time`;
}
