import { metrics } from '../../model/series.ts';
import { seriesOf } from '../../model/timeline.ts';
import type { Advice } from './finding.ts';

export const lossNotFinite: Advice = {
  id: 'loss-not-finite',
  looksFor: 'a loss that became NaN or infinite',
  check(timeline) {
    const losses = seriesOf(timeline, null, metrics.loss)?.values ?? [];
    const first = losses.findIndex((loss) => !Number.isFinite(loss));
    const base = { id: 'loss-not-finite' };
    if (losses.length === 0) {
      const title = 'No loss is reported';
      return { ...base, severity: 'recheck', title, evidence: 'There is no value to look at.', remedy: '' };
    }
    if (first < 0) {
      const evidence = `All ${losses.length} values are finite.`;
      return { ...base, severity: 'ok', title: 'The loss is finite', evidence, remedy: '' };
    }
    return {
      ...base,
      severity: 'warn',
      title: `The loss is ${losses[first]} from its value ${first + 1} on`,
      evidence: `${losses.filter((loss) => !Number.isFinite(loss)).length} of ${losses.length} values are not finite.`,
      remedy: 'Lower the learning rate or clip gradients; nothing is learned from there on.',
    };
  },
};
