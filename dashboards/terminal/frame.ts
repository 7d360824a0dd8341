import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { hasReplicas } from '../model/page-name.ts';
import { panelsOf } from './panels.ts';
import { blank, fitLine, type Line, lineWidth, renderLine, type Span, type Theme } from './text/style.ts';
import type { UiState } from './ui-state.ts';
import { alerts } from './views/alert-lines.ts';
import { devices } from './views/devices.ts';
import { findings } from './views/findings.ts';
import { fleet } from './views/fleet.ts';
import { footer } from './views/footer.ts';
import { gpu } from './views/gpu.ts';
import { header, notice } from './views/header.ts';
import { help } from './views/help.ts';
import { history } from './views/history.ts';
import { host } from './views/host.ts';
import { kernels } from './views/kernels.ts';
import type { PanelId } from './views/layout.ts';
import { framePanel, inside } from './views/panel.ts';
import { processes } from './views/processes.ts';
import { ranks } from './views/ranks.ts';
import { replicas } from './views/replicas.ts';
import { sources } from './views/sources.ts';
import { timeline } from './views/timeline.ts';
import { training } from './views/training.ts';
import type { DrawView } from './views/view.ts';

/** The view of each panel. A new page is one file, a line here, its id in the layout and its name in `pages`. */
const views: Readonly<Record<PanelId, DrawView>> = {
  header,
  fleet,
  alerts,
  notice,
  devices,
  gpu,
  processes,
  host,
  history,
  timeline,
  ranks: (state, width, height) => (hasReplicas(state.snapshot) ? replicas : ranks)(state, width, height),
  training,
  kernels,
  findings,
  sources,
  help,
  footer,
};

/** One panel's lines, and the column at which they stand. */
interface Placed {
  readonly x: number;
  readonly line: Line;
}

/**
 * One whole screen. Pure, and never throws, whatever the size and the names in the snapshot.
 * @returns `height` strings of at most `width` cells, with SGR sequences as the theme has them.
 */
export function frame(
  snapshot: Snapshot,
  ui: UiState,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const rows: Placed[][] = Array.from({ length: Math.max(0, height) }, () => []);
  const panels = panelsOf(snapshot, ui, width, height);
  for (const panel of panels) {
    const space = inside(panel);
    const view = views[panel.id]({ snapshot, ui, bare: panel.frame === 'none' }, space.width, space.height);
    for (const [row, line] of framePanel(panel, view).entries()) {
      rows[panel.y + row]?.push({ x: panel.x, line });
    }
  }
  return rows.map((row) => renderLine(withoutTail(sideBySide(row, width)), theme));
}

function sideBySide(placed: readonly Placed[], width: number): Line {
  const spans: Span[] = [];
  let x = 0;
  for (const part of [...placed].sort((one, other) => one.x - other.x)) {
    spans.push(blank(part.x - x), ...part.line);
    x = part.x + lineWidth(part.line);
  }
  return fitLine(spans, width);
}

/** The line without blanks at its end, which the screen fills in itself. */
function withoutTail(line: Line): Line {
  const last = line.findLastIndex(
    ({ role, text }) => text !== '' && (role !== 'plain' || text.trimEnd() !== ''),
  );
  const tail = line[last];
  if (tail === undefined) return [];
  const text = tail.role === 'plain' ? tail.text.trimEnd() : tail.text;
  return [...line.slice(0, last), { text, role: tail.role }];
}
