import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { shownDevices } from '../model/shown-devices.ts';
import { openPage } from './keys/fleet.ts';
import { panelsOf } from './panels.ts';
import type { Line } from './text/style.ts';
import { moveCursor, toPage, type UiState } from './ui-state.ts';
import { devices } from './views/devices.ts';
import { hostAt } from './views/fleet.ts';
import { tabAt } from './views/footer.ts';
import { kernels } from './views/kernels.ts';
import type { Panel } from './views/layout.ts';
import { inside } from './views/panel.ts';
import { processAt } from './views/processes.ts';
import type { DrawView, View } from './views/view.ts';

/** What the mouse did, at a cell of the screen counted from 0. */
export interface MouseEvent {
  readonly kind: 'click' | 'wheelUp' | 'wheelDown';
  readonly x: number;
  readonly y: number;
}

/** A report of mode 1006: button and modifiers, column and row from 1; `M` for a press. Source: xterm control sequences. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the expression is for.
const sgrReport = /\u001b\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])/g;
/** Shift, meta and control in the first number; they change nothing here. */
const modifiers = 4 | 8 | 16;
const kinds: Readonly<Record<number, MouseEvent['kind']>> = { 0: 'click', 64: 'wheelUp', 65: 'wheelDown' };

/** The presses of the left button and turns of the wheel in what a terminal sent; all else is passed over. */
export function parseMouse(text: string): MouseEvent[] {
  const events: MouseEvent[] = [];
  for (const [, button, column, row, ending] of text.matchAll(sgrReport)) {
    const kind = kinds[Number(button) & ~modifiers];
    if (kind !== undefined && ending === 'M')
      events.push({ kind, x: Number(column) - 1, y: Number(row) - 1 });
  }
  return events;
}

/**
 * What the mouse changes on a screen of `width` by `height`. Pure. While a question is asked or a text typed it
 * changes nothing: a hand on the mouse must not answer.
 */
export function pressMouse(
  ui: UiState,
  { kind, x, y }: MouseEvent,
  snapshot: Snapshot,
  width: number,
  height: number,
): UiState {
  if (ui.confirm !== null || ui.filtering) return ui;
  if (kind !== 'click') {
    return { ...ui, message: '', ...moveCursor(ui, kind === 'wheelUp' ? -1 : 1, snapshot) };
  }
  const panel = panelAt(panelsOf(snapshot, ui, width, height), x, y);
  if (panel === undefined) return ui;
  const line = y - panel.y - (panel.frame === 'none' ? 0 : 1);
  return { ...ui, message: '', ...clickOn(panel, x - panel.x, line, snapshot, ui) };
}

/** The panel that a cell belongs to; undefined where there is none. */
export function panelAt(panels: readonly Panel[], x: number, y: number): Panel | undefined {
  return panels.find(
    (panel) => x >= panel.x && x < panel.x + panel.width && y >= panel.y && y < panel.y + panel.height,
  );
}

/** @param line Line of the view, from 0; outside of it on the panel's frame. */
function clickOn(panel: Panel, x: number, line: number, snapshot: Snapshot, ui: UiState): Partial<UiState> {
  const space = inside(panel);
  if (panel.id === 'footer') {
    const page = tabAt(snapshot, ui, panel.width, x);
    return page === null ? {} : openPage(ui, snapshot, page);
  }
  if (line < 0 || line >= space.height) return {};
  const draw = (view: DrawView): View =>
    view({ snapshot, ui, bare: panel.frame === 'none' }, space.width, space.height);
  switch (panel.id) {
    case 'fleet': {
      const host = hostAt({ snapshot, ui, bare: panel.frame === 'none' }, line, space.width, space.height);
      return host === null ? {} : { host };
    }
    case 'devices': {
      const device = deviceIn(draw(devices).lines, line, snapshot);
      return device === null ? {} : { device };
    }
    case 'alerts':
      return toPage('findings');
    case 'processes': {
      const cursor = processAt({ snapshot, ui }, line, space.height);
      return cursor === null ? {} : { page: 'processes', cursor };
    }
    case 'kernels': {
      const cursor = ui.page === 'kernels' ? kernelIn(draw(kernels).lines, line, ui.cursor) : null;
      return cursor === null || cursor >= snapshot.kernels.length ? {} : { cursor };
    }
    default:
      return {};
  }
}

/** The device that stands in a line, or in the one above it whose gap the line tells. */
function deviceIn(lines: readonly Line[], line: number, snapshot: Snapshot): number | null {
  const ids = shownDevices(snapshot).map((view) => view.device.id);
  for (const row of [line, line - 1]) {
    if (row < 1) continue;
    const named = (lines[row] ?? []).find((part) => ids.includes(part.text.trim()));
    if (named !== undefined) return ids.indexOf(named.text.trim());
    const goesOn = row === line && /^╰/.test(textOf(lines[row]));
    if (!goesOn) return null;
  }
  return null;
}

/** The kernel in a line, counted from the line that has the mark of the cursor. */
function kernelIn(lines: readonly Line[], line: number, cursor: number): number | null {
  const marked = lines.findIndex((parts) => textOf(parts).startsWith('▸ '));
  if (marked < 0 || line < 1) return null;
  // An empty line ends the table; below it stand the details of the chosen kernel.
  const between = lines.slice(Math.min(marked, line), Math.max(marked, line) + 1);
  return between.every((parts) => textOf(parts).trim() !== '') ? cursor + line - marked : null;
}

function textOf(line: Line | undefined): string {
  return (line ?? []).map((part) => part.text).join('');
}
