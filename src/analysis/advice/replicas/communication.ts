import { isKnown } from '../../../model/measured.ts';
import { replicasView, wholeRun } from '../../replicas.ts';
import { meanOf } from '../../statistics.ts';
import { type Advice, percent } from '../finding.ts';
import { words } from '../health/figures.ts';

const { warn, ok, recheck } = words('replica-communication');
/** Of the time of steps, from which on it is worth a person's time. */
const worthwhile = 0.15;

export const replicaCommunication: Advice = {
  id: 'replica-communication',
  looksFor: 'replicas that spend much of their steps on handing over gradients or parameters',
  check(timeline) {
    const view = replicasView(timeline, wholeRun);
    if (view === null || view.rows.length < 2) return null;
    const shares = view.rows.map(({ communicate }) => communicate).filter(isKnown);
    if (shares.length < view.rows.length) {
      return recheck('Too few steps to see what communication costs', '');
    }
    const mean = meanOf(shares.map(({ value }) => value));
    const evidence = `Replicas communicate ${percent(mean)} of the time of their steps, waiting left out.`;
    return mean > worthwhile
      ? warn(
          'Communication takes much of each step',
          evidence,
          'Give each replica larger batches, or average less often (local, --average-every).',
        )
      : ok('Communication takes little of each step', evidence);
  },
};
