import { clean } from '../../model/clean-text.ts';
import { notFiniteMark } from '../../model/health.ts';
import { metrics } from '../../model/series.ts';
import { seriesOf, type Timeline } from '../../model/timeline.ts';
import type { Nanoseconds } from '../../model/units.ts';
import type { Advice } from './finding.ts';

const remedy = 'Lower the learning rate or clip gradients; nothing is learned from there on.';

export const lossNotFinite: Advice = {
  id: 'loss-not-finite',
  looksFor: 'a loss that became NaN or infinite',
  check(timeline) {
    const losses = seriesOf(timeline, null, metrics.loss)?.values ?? [];
    let first = 0;
    while (first < losses.length && Number.isFinite(losses[first])) first++;
    const finite = first === losses.length;
    const base = { id: 'loss-not-finite' };
    const source = sourceText(timeline);
    if (finite && source !== '') {
      const title = 'Numbers that are not finite came up, though not in the loss';
      return { ...base, severity: 'warn', title, evidence: source, remedy };
    }
    if (losses.length === 0) {
      const title = 'No loss is reported so far';
      return { ...base, severity: 'recheck', title, evidence: 'There is no value to look at.', remedy: '' };
    }
    if (finite) {
      const evidence = `All ${losses.length} values are finite.`;
      return { ...base, severity: 'ok', title: 'The loss is finite', evidence, remedy: '' };
    }
    const lost = losses.filter((loss) => !Number.isFinite(loss)).length;
    const timeNs = seriesOf(timeline, null, metrics.loss)?.timesNs[first] ?? Number.NaN;
    return {
      ...base,
      severity: 'warn',
      title: `The loss is ${losses[first]} from its value ${first + 1} on`,
      evidence: [`${lost} of ${losses.length} values are not finite${atStep(timeline, timeNs)}.`, source]
        .filter((text) => text !== '')
        .join(' '),
      remedy,
    };
  },
};

/** Where the first of them came from, if the training says so. */
function sourceText(timeline: Timeline): string {
  const mark = timeline.marks.find(({ name }) => name === notFiniteMark);
  if (mark === undefined) return '';
  const what = mark.text === '' ? 'no layer that is known' : clean(mark.text);
  return `The first number that is not finite came from ${what}${atStep(timeline, mark.startNs)}.`;
}

/** A figure of a step may be told after its end: it belongs to the last one that began before. */
function atStep({ steps }: Timeline, timeNs: Nanoseconds): string {
  const step = steps.findLast(({ startNs }) => startNs <= timeNs);
  return step === undefined ? '' : `, at step ${step.number}`;
}
