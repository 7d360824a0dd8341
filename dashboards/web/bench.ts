import type { BenchResult } from '../../src/analysis/bench/result.ts';
import { sampleCharts, scalingCharts, timeCharts } from './bench/bench-charts.ts';
import { benchHeader } from './bench/bench-header.ts';
import { benchVerdict } from './bench/bench-verdict.ts';
import { headingOf } from './bench/heading.ts';
import { programsSection } from './bench/programs-section.ts';
import { roundsSection } from './bench/rounds-section.ts';
import { runsSection } from './bench/runs-section.ts';
import { settingsSection } from './bench/settings-section.ts';
import { sharesSection } from './bench/shares-section.ts';
import { stalenessSection } from './bench/staleness-section.ts';
import { chartGrid } from './charts/chart-grid.ts';
import type { Chart } from './charts/chart-model.ts';
import { append, element, section } from './dom.ts';
import { readData } from './read-page.ts';
import { wordsSection } from './sections/more-sections.ts';
import { ThemeSwitch } from './theme.ts';
import { explainWords, Tooltip } from './tooltip.ts';

/** Draws the result of `bench` that lies in the page. */
function start(root: HTMLElement): void {
  const result = readData<BenchResult>();
  const theme = new ThemeSwitch();
  const charts = [
    { id: 'over-time', heading: 'Over time', charts: timeCharts(result) },
    { id: 'over-samples', heading: 'Over samples', charts: sampleCharts(result) },
    { id: 'by-replicas', heading: 'By number of replicas', charts: scalingCharts(result) },
  ].flatMap((part) =>
    part.charts.length === 0 ? [] : [chartPart({ ...part, heading: headingOf(part.heading, result) }, theme)],
  );
  append(
    root,
    benchHeader(result, theme),
    benchVerdict(result),
    runsSection(result),
    programsSection(result),
    ...charts.map((part) => part.root),
    sharesSection(result),
    stalenessSection(result),
    roundsSection(result),
    settingsSection(result),
  );
  append(root, wordsSection(wordsIn(root)));
  for (const { draw } of charts) draw();
  explainWords(new Tooltip());
  root.setAttribute('data-ready', '');
}

interface ChartPart {
  readonly id: string;
  readonly heading: string;
  readonly charts: readonly Chart[];
}

function chartPart({ id, heading, charts }: ChartPart, theme: ThemeSwitch) {
  const grid = chartGrid(charts, theme, null);
  const how = 'Drag to zoom, double click for the whole.';
  return {
    root: section(id, heading, null, element('p', { class: 'note screen-only' }, how), grid.root),
    draw: grid.draw,
  };
}

/** Words with a definition that the page shows. */
function wordsIn(root: HTMLElement): Set<string> {
  const terms = [...root.querySelectorAll('[data-word]')];
  return new Set(terms.map((term) => term.getAttribute('data-word') ?? ''));
}

const root = document.getElementById('report');
if (root !== null) start(root);
