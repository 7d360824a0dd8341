import type { Advice } from './finding.ts';

export const lostRecords: Advice = {
  id: 'lost-records',
  looksFor: 'records that were dropped, unfinished or out of range',
  check({ losses }) {
    const { dropped, unfinished, outOfRange } = losses;
    const none = dropped + unfinished + outOfRange === 0;
    return {
      id: 'lost-records',
      severity: none ? 'ok' : 'warn',
      title: none ? 'No record is missing' : 'Records are missing: sums are too low',
      evidence: `${dropped} dropped, ${unfinished} unfinished, ${outOfRange} out of range.`,
      remedy: none ? '' : 'Record to a faster or emptier disk, and look at the messages of the run.',
    };
  },
};
