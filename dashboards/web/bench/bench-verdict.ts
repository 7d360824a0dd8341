import type { BenchResult, Comparison } from '../../../src/analysis/bench/result.ts';
import { element, note, section } from '../dom.ts';
import { headingOf } from './heading.ts';

/** What came out, first; then each comparison, what a simulation answers, and what a person should know. */
export function benchVerdict(result: BenchResult): HTMLElement {
  const { verdict, simulation, notes } = result;
  const answers = simulation?.answers ?? [];
  return section(
    'verdict',
    headingOf('Verdict', result),
    null,
    element(
      'article',
      { class: 'verdict' },
      element('p', { class: 'sentence' }, verdict.sentence),
      verdict.comparisons.length === 0
        ? null
        : element('ul', { class: 'comparisons' }, ...verdict.comparisons.map(comparisonItem)),
      answers.length === 0
        ? null
        : element('ul', { class: 'answers' }, ...answers.map((answer) => element('li', {}, answer))),
    ),
    ...notes.map(note),
  );
}

function comparisonItem({ beyondNoise, sentence }: Comparison): HTMLElement {
  const meaning = beyondNoise ? 'Beyond the noise' : 'Not beyond the noise';
  const mark = element(
    'span',
    { class: 'mark', role: 'img', 'aria-label': meaning, 'data-tip': `${meaning}.` },
    beyondNoise ? '≠' : '≈',
  );
  return element('li', { class: beyondNoise ? 'beyond' : '' }, mark, element('span', {}, sentence));
}
