import type {
  KernelDetail as Detail,
  KernelHistory,
  KernelLaunchRow,
} from '../../../src/analysis/details.ts';
import { count, percent, shortTime } from '../../../src/model/numbers.ts';
import { windowText } from '../../model/share-curves.ts';
import { beforeNow } from '../charts/chart-axis.ts';
import type { Chart } from '../charts/chart-model.ts';
import { button, element } from '../dom.ts';
import type { ThemeSwitch } from '../theme.ts';
import { lastSeconds } from './charts-of.ts';
import { launchColumns } from './kernel-columns.ts';
import { setText } from './keyed.ts';
import { LiveChart } from './live-chart.ts';
import { LiveTable } from './live-table.ts';
import type { LiveView } from './live-view.ts';
import type { LiveSection, SetUi } from './section.ts';
import type { Ui } from './ui.ts';
import { WindowChoice } from './window-choice.ts';

/** One kernel: its figures, how it went over time, and every shape in which it was launched. */
export class KernelDetail implements LiveSection {
  readonly root = element('article');
  readonly #name = element('h3');
  readonly #about = element('p', { class: 'about' });
  readonly #note = element('p', { class: 'note' });
  readonly #choice: WindowChoice;
  readonly #chart: LiveChart;
  readonly #table = new LiveTable<KernelLaunchRow>('Launch shapes', '', (row) =>
    JSON.stringify([row.shape, row.layer]),
  );

  constructor(theme: ThemeSwitch, setUi: SetUi) {
    this.#choice = new WindowChoice(setUi);
    this.#chart = new LiveChart(theme);
    this.root.append(
      button('All kernels', () => setUi({ kernel: null }), {
        class: 'inline',
        'aria-keyshortcuts': 'Escape',
      }),
      this.#name,
      this.#about,
      this.#note,
      this.#choice.root,
      this.#chart.root,
      this.#table.root,
    );
  }

  show({ snapshot }: LiveView, ui: Ui): void {
    const detail = snapshot.details.kernel;
    const isThere =
      detail !== null && detail.row.name === ui.kernel?.name && detail.row.device === ui.kernel.device;
    for (const part of [this.#about, this.#choice.root, this.#chart.root, this.#table.root])
      part.hidden = !isThere;
    setText(this.#name, ui.kernel?.name ?? '');
    setText(this.#note, isThere ? noteOf(detail) : looking(ui));
    if (!isThere) return;
    setText(this.#about, aboutOf(detail));
    this.#choice.show(ui.windowSeconds);
    this.#chart.root.hidden = detail.history === null;
    if (detail.history !== null) this.#chart.show(chartOf(detail.history, ui.windowSeconds));
    this.#table.show(launchColumns(detail.launches), detail.launches);
  }
}

/** What stands where details are asked for and have not come. */
export function looking({ held }: Ui): string {
  return held === null ? 'Looking …' : 'Paused before this was opened: p goes on.';
}

function aboutOf({ row }: Detail): string {
  return [
    row.device,
    row.category,
    `${percent(row.share)} of kernel time`,
    `${count(row.calls)} calls`,
    `total ${shortTime(row.totalSeconds)}`,
    `mean ${shortTime(row.meanSeconds)}`,
  ].join(' · ');
}

function noteOf({ row, history }: Detail): string {
  const occupancy = row.occupancy.value === null ? `Occupancy: ${row.occupancy.why} ` : '';
  return `${occupancy}${history === null ? 'No curve: curves are kept of the heaviest kernels only.' : ''}`;
}

function chartOf(history: KernelHistory, windowSeconds: number): Chart {
  const times = history.timeShare.map((_, index) => index * history.intervalSeconds);
  const value = history.timeShare.at(-1) ?? Number.NaN;
  const curve = {
    name: 'of time',
    value: { value, from: 'launches' },
    values: history.timeShare,
    stroke: 'area',
    tone: 'real',
  } as const;
  return {
    id: 'kernel',
    title: `share of the ${windowText(windowSeconds)}`,
    axis: beforeNow,
    lines: lastSeconds([curve], times, windowSeconds),
    isRatio: true,
    isWide: true,
    format: percent,
    notes: [],
    stretch: [-windowSeconds, 0],
  };
}
