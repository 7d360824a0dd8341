import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { curvesOf, windowText } from '../../model/share-curves.ts';
import { chosenIndex, shownDevices } from '../../model/shown-devices.ts';
import { blank, fitLine, join, type Line, span } from '../text/style.ts';
import type { UiState } from '../ui-state.ts';
import { labelsBeside, labelsOf, shareChart, shortLabels } from './share-chart.ts';
import type { DrawView } from './view.ts';

/** A chart of this size is read with ease; where more devices wait, smaller ones are better than fewer. */
const goodChart = { width: 44, height: 7 } as const;
const leastChart = { width: 26, height: 5 } as const;
const columnGap = 2;

interface Grid {
  readonly down: number;
  readonly across: number;
}

/** Charts of util against what really ran and what was used, of as many devices as fit, from the chosen one on. */
export const history: DrawView = ({ snapshot, ui }, width, height) => {
  const views = shownDevices(snapshot);
  const chosen = chosenIndex(views.length, ui.device);
  const first = views[chosen];
  if (first === undefined) return { title: 'history', note: [], lines: [[span('nothing yet', 'dim')]] };
  const { down, across } = gridOf(views.length, width, height);
  const several = down * across > 1;
  const cellWidth = Math.floor((width - (across - 1) * columnGap) / across);
  const cellHeight = Math.floor(height / down);
  // Where all have a place, they keep it; otherwise the chosen one comes first.
  const from = down * across >= views.length ? 0 : chosen;
  const lines: Line[] = [];
  for (let row = 0; row < down; row += 1) {
    const blocks = Array.from({ length: across }, (_, column) => {
      const index = row * across + column;
      const view = index < views.length ? views[(from + index) % views.length] : undefined;
      return view === undefined ? [] : cell(view, ui, cellWidth, cellHeight, several);
    });
    for (let line = 0; line < cellHeight; line += 1) {
      const parts = blocks.map((block) => fitLine(block[line] ?? [], cellWidth));
      lines.push(join(parts, blank(columnGap)));
    }
  }
  const shownSpan = span(windowText(ui.windowSeconds), 'dim');
  const hidden = views.length > down * across;
  const place = `${chosen + 1}/${views.length}, d moves on`;
  const title = several
    ? `history${hidden ? ` · from ${place}` : ''}`
    : `history · ${first.device.id}${hidden ? ` · ${place}` : ''}`;
  const plain = several || labelsBeside(cellWidth, cellHeight);
  return { title, note: join([...(plain ? [] : labelsOf(curvesOf(first))), [shownSpan]], blank(2)), lines };
};

/** How many charts stand below and beside each other. */
function gridOf(views: number, width: number, height: number): Grid {
  const fits = (least: { readonly width: number; readonly height: number }): Grid => {
    const down = Math.max(1, Math.min(views, Math.floor(height / least.height)));
    const across = Math.max(1, Math.floor((width + columnGap) / (least.width + columnGap)));
    // No more beside each other than needed, and then no more below each other.
    const used = Math.min(across, Math.ceil(views / down));
    return { down: Math.min(down, Math.ceil(views / used)), across: used };
  };
  if (height < leastChart.height) return { down: 1, across: 1 };
  const good = fits(goodChart);
  return good.down * good.across >= views ? good : fits(leastChart);
}

function cell(view: DeviceView, ui: UiState, width: number, height: number, titled: boolean): Line[] {
  const curves = curvesOf(view);
  const rows = titled ? height - 1 : height;
  const chart = shareChart(curves, view.history.intervalSeconds, ui.windowSeconds, width, rows);
  if (!titled) return chart;
  const lost = view.state.condition;
  const figures: Line =
    lost !== 'present'
      ? [span(` ✖ ${lost}`, 'bad')]
      : labelsBeside(width, rows)
        ? [span(` ${view.device.name}`, 'dim')]
        : shortLabels(curves);
  return [[span(view.device.id, 'strong'), ...figures], ...chart];
}
