import type { Part } from './mode.ts';
import type { Trained } from './snapshot.ts';

type Group = Pick<Part<never>, 'transport' | 'account'> & { readonly task: Trained };

/** Puts the means over all replicas in the place of each replica's values. All replicas call it alike, one after the other. */
export function momentsReducer({
  task: { statistics = [] },
  transport,
  account,
}: Group): (values: Float32Array) => void {
  // Of each channel of the widest normalisation, two sums.
  const most = 2 * Math.max(1, ...statistics.map(({ variable }) => variable.size));
  const average = transport.openAverage([most]);
  return (values) => {
    account.copy(() => average.own(0).set(values));
    average.give(0);
    const means = average.take(0);
    account.copy(() => values.set(means.subarray(0, values.length)));
  };
}
