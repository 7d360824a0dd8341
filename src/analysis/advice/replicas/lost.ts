import { clean } from '../../../model/clean-text.ts';
import { replicasView, wholeRun } from '../../replicas.ts';
import type { Advice } from '../finding.ts';
import { words } from '../health/figures.ts';

const { warn, ok } = words('replica-lost');

export const replicaLost: Advice = {
  id: 'replica-lost',
  looksFor: 'a replica that failed or broke off',
  check(timeline) {
    const view = replicasView(timeline, wholeRun);
    if (view === null || view.rows.length < 2) return null;
    const gone = view.rows.filter(({ state }) => state === 'lost' || state === 'failed');
    if (gone.length === 0) return ok('No replica was lost', '');
    return warn(
      `Of ${view.rows.length} replicas ${gone.length} ${gone.length === 1 ? 'is' : 'are'} gone`,
      gone
        .map(({ replica, message, steps }) => `Replica ${replica}, after ${steps} steps: ${clean(message)}`)
        .join('; '),
      'Mend what it says; figures of all replicas together end where the first was lost.',
    );
  },
};
