import type { BenchResult, BenchRun } from '../../../src/analysis/bench/result.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { count, quantity } from '../../../src/model/numbers.ts';
import { element, note, section } from '../dom.ts';
import { downloadButton } from '../download.ts';
import { anyStale, stalenessTable } from '../sections/staleness.ts';
import { headingOf } from './heading.ts';

/** Those of the most replicas come last and tell most. */
const mostRuns = 6;

/** How late updates came, a histogram a run whose updates came late at all. */
export function stalenessSection(result: BenchResult): HTMLElement | null {
  const stale = result.runs.filter(({ staleness }) => anyStale(staleness.histogram));
  if (stale.length === 0) return null;
  const sheet = () => ({
    head: ['run', 'staleness', 'updates'],
    rows: stale.flatMap(({ label, staleness }) =>
      staleness.histogram.map((row) => [label, row.staleness, row.updates]),
    ),
  });
  return section(
    'staleness',
    headingOf('Staleness', result),
    downloadButton('staleness', 'the staleness of updates', sheet),
    note('Updates by how many others came between taking the parameters and updating them.'),
    element('div', { class: 'side-by-side' }, ...stale.slice(-mostRuns).map(runStaleness)),
    stale.length > mostRuns
      ? note(`The last ${mostRuns} of ${stale.length} runs are shown; the download has all of them.`)
      : null,
  );
}

function runStaleness({ label, staleness }: BenchRun): HTMLElement {
  const { mean, p50, p95, max } = staleness;
  const parts = [
    isKnown(mean) ? `mean ${quantity(mean.value)}` : '',
    isKnown(p50) ? `half at most ${count(p50.value)}` : '',
    isKnown(p95) ? `95% at most ${count(p95.value)}` : '',
    isKnown(max) ? `the latest ${count(max.value)}` : '',
  ].filter((part) => part !== '');
  return element(
    'article',
    {},
    element('h3', {}, label, element('small', {}, parts.join(', '))),
    stalenessTable(`Staleness of ${label}`, staleness.histogram),
  );
}
