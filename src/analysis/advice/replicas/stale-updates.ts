import { isKnown } from '../../../model/measured.ts';
import { count, quantity } from '../../../model/numbers.ts';
import { replicasView, wholeRun } from '../../replicas.ts';
import type { Advice } from '../finding.ts';
import { words } from '../health/figures.ts';

const { warn, ok, recheck } = words('stale-updates');
/** Replicas of equal pace are late by one update of each other; this many times as late is far. A judgement. */
const farTooLate = 2;
const enoughUpdates = 20;

export const staleUpdates: Advice = {
  id: 'stale-updates',
  looksFor: 'asynchronous updates that come later than the number of replicas explains',
  check(timeline) {
    const view = replicasView(timeline, wholeRun);
    if (view === null || view.parallel.mode !== 'async' || view.rows.length < 2) return null;
    const updates = view.staleness.reduce((sum, row) => sum + row.updates, 0);
    if (!isKnown(view.meanStaleness) || updates < enoughUpdates) {
      return recheck('Too few updates to judge how late they come', '');
    }
    const expected = view.rows.length - 1;
    const mean = view.meanStaleness.value;
    const evidence = `An update comes ${quantity(mean)} others late on average and ${count(view.staleness.at(-1)?.staleness ?? 0)} at most; ${view.rows.length} replicas of equal pace are ${expected} late.`;
    return mean > farTooLate * expected
      ? warn(
          'Updates come late',
          evidence,
          'Bound it (--staleness-bound), let late updates count less (--stale-rate inverse), or take fewer replicas.',
        )
      : ok('Updates are as late as the number of replicas explains', evidence);
  },
};
