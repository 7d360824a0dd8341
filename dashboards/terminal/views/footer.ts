import { blank, join, justify, type Line, type Span, span } from '../text/style.ts';
import { pages, type sortColumns, type UiState } from '../ui-state.ts';
import { type DrawView, linesOnly } from './view.ts';

const tabsFrom = 104;

/** One line: the keys that do something now, and the pages with the present one in brackets. */
export const footer: DrawView = ({ ui }, width) => {
  const keys = join(keysOf(ui, width), blank(2));
  return linesOnly([justify(keys, width >= tabsFrom ? tabs(ui) : place(ui), width)]);
};

function keysOf(ui: UiState, width: number): Line[] {
  const pause = ui.held === null ? 'pause' : 'go on';
  const keys: Line[] = [key('q', 'quit'), key('p', pause), key('Tab', 'page')];
  if (ui.replay !== null) keys.push(key('←→', 'seek'), key('+-', 'speed'));
  keys.push(key('s', width >= tabsFrom ? `sort by ${sortNames[ui.sort]}` : 'sort'), key('?', 'help'));
  if (ui.page !== 'overview' && !ui.help) keys.push(key('↑↓', 'move'));
  return keys;
}

/** What the sort columns are called on screen. */
export const sortNames: Readonly<Record<(typeof sortColumns)[number], string>> = {
  share: 'share',
  calls: 'calls',
  mean: 'mean',
  flops: 'GFLOP/s',
  peak: 'of peak',
};

function key(name: string, does: string): Line {
  return [span(name, 'key'), span(` ${does}`, 'dim')];
}

function tabs(ui: UiState): Line {
  const names = pages.map((page, index): Line => {
    const chosen = page === ui.page && !ui.help;
    const text = `${index + 1} ${page}`;
    return [span(chosen ? `[${text}]` : ` ${text} `, chosen ? 'selected' : 'dim')];
  });
  return names.flat();
}

function place(ui: UiState): Span[] {
  if (ui.help) return [span('[help]', 'selected')];
  return [span(`[${ui.page}]`, 'selected'), span(` ${pages.indexOf(ui.page) + 1}/${pages.length}`, 'dim')];
}
