import { healthMetrics } from '../../../model/health.ts';
import { meanOf } from '../../statistics.ts';
import { type Advice, type Finding, percent } from '../finding.ts';
import { finiteOf, laterHalf, sharesOf, words } from './figures.ts';

const id = 'repeated-data';
const say = words(id);
/** Sets of photographs hold a few copies (CIFAR-100: 10 % of its test images, Barz and Denzler 2020), a batch of them far fewer. */
const leastDuplicates = 0.1;
/** Sampling with replacement repeats by chance: this many times what it gives is no chance. */
const timesChance = 3;
/**
 * A set of just so many samples as are remembered, drawn from with replacement, repeats 1 - 1/e of them; one that is
 * gone through in order or shuffled each epoch repeats half at most. What is above is no chance.
 */
const leastRepeats = 0.7;
/** One odd batch says nothing, and old ones say nothing of the present. */
const leastValues = 3;
const mostValues = 200;
/** Labels of a real set are seldom so uneven, and a model that says nothing else is right as often. */
const leastTopLabel = 0.99;

export const repeatedData: Advice = {
  id,
  looksFor:
    'the same samples again and again, within a batch or between batches, and labels that are all the same',
  check(timeline) {
    const share = (metric: string) => {
      const values = finiteOf(laterHalf(sharesOf(timeline, metric), mostValues));
      return values.length < leastValues ? Number.NaN : meanOf(values);
    };
    const duplicates = share(healthMetrics.duplicateShare);
    const repeats = share(healthMetrics.repeatShare);
    const topLabel = share(healthMetrics.topLabelShare);
    if ([duplicates, repeats, topLabel].every(Number.isNaN)) return null;
    const { batchSize, trainSize, classes } = timeline.workload ?? {};
    const byChance =
      batchSize === undefined || trainSize === undefined || trainSize <= 0
        ? 0
        : (batchSize - 1) / (2 * trainSize);
    const evidence = [
      told(duplicates, 'of a batch stand in it before'),
      told(repeats, 'of a batch were in one of the batches just before'),
      told(topLabel, 'of the labels are the same one'),
    ]
      .filter((text) => text !== '')
      .join('; ')
      .concat('.');
    return (
      duplicated(duplicates, byChance, evidence) ??
      repeated(repeats, evidence) ??
      oneLabel(topLabel, classes, evidence) ??
      say.ok('Batches differ from each other and within', evidence)
    );
  },
};

function told(share: number, what: string): string {
  return Number.isNaN(share) ? '' : `${percent(share)} ${what}`;
}

function duplicated(share: number, byChance: number, evidence: string): Finding | null {
  if (!(share > Math.max(leastDuplicates, timesChance * byChance))) return null;
  return say.warn(
    `${percent(share)} of a batch are copies of other samples in it`,
    evidence,
    'Look at how a batch is put together: an index that is not advanced, a buffer that is filled once, a seed that is set for each sample.',
  );
}

function repeated(share: number, evidence: string): Finding | null {
  if (!(share > leastRepeats)) return null;
  return say.warn(
    `${percent(share)} of the samples were in one of the batches just before`,
    evidence,
    'Look at what brings the next batch: an iterator that is made anew at each step, a cached batch, a shuffle with the same seed and a short take.',
  );
}

function oneLabel(share: number, classes: number | undefined, evidence: string): Finding | null {
  if (classes === 1 || !(share >= leastTopLabel)) return null;
  return say.warn(
    share === 1 ? 'All labels are the same' : `${percent(share)} of the labels are the same`,
    evidence,
    'Look at how labels are read and joined to the samples; where the set is so uneven, draw the classes evenly or weigh them.',
  );
}
