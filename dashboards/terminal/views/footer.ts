import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import type { Page, SortColumn } from '../../model/choices.ts';
import { pageName, pageNumber, pagesOf } from '../../model/page-name.ts';
import { filterOf, question } from '../keys/prompts.ts';
import { blank, join, justify, type Line, lineWidth, type Span, span } from '../text/style.ts';
import type { UiState } from '../ui-state.ts';
import { type DrawView, linesOnly } from './view.ts';

/** From here on every page has its name beside the keys. */
const namesFrom = 140;
/** From here on every page has its number. */
const numbersFrom = 60;
/** From here on the keys say what they stand for in whole. */
const wordsFrom = 104;

/**
 * One line: a question or a message where there is one, otherwise the keys that do something now, and the pages with
 * the present one in brackets.
 */
export const footer: DrawView = ({ snapshot, ui }, width) => {
  if (ui.confirm !== null) {
    // The answer stays in sight, however narrow the screen is.
    const asked = question(ui.confirm).replace(/ y\/n$/, '');
    return linesOnly([justify([span(asked, 'warn')], [span('y/n', 'key')], width)]);
  }
  if (ui.filtering) {
    const typed = [span('filter: ', 'key'), span(filterOf(ui), 'strong'), span(' ', 'selected')];
    return linesOnly([justify(typed, [span('Enter keeps, Escape clears', 'dim')], width)]);
  }
  if (ui.message !== '') return linesOnly([justify([span(ui.message, 'strong')], [], width)]);
  const places = placesOf(snapshot, ui, width).flat();
  return linesOnly([justify(keysThatFit(snapshot, ui, width, width - lineWidth(places) - 1), places, width)]);
};

/** Whole keys only, the most needed first. */
function keysThatFit(snapshot: Snapshot, ui: UiState, width: number, room: number): Line {
  const keys = keysOf(snapshot, ui, width);
  let line = join(keys, blank(2));
  while (lineWidth(line) > room && keys.pop() !== undefined) line = join(keys, blank(2));
  return line;
}

/** The page whose place in the footer is under a column; null where there is none. */
export function tabAt(snapshot: Snapshot, ui: UiState, width: number, x: number): Page | null {
  if (ui.confirm !== null || ui.filtering || ui.message !== '' || width < numbersFrom) return null;
  const places = placesOf(snapshot, ui, width);
  let end = width - lineWidth(places.flat());
  if (x < end) return null;
  const index = places.findIndex((place) => {
    end += lineWidth(place);
    return x < end;
  });
  return pagesOf(snapshot)[index] ?? null;
}

function keysOf(snapshot: Snapshot, ui: UiState, width: number): Line[] {
  const wide = width >= wordsFrom;
  const pause = ui.held === null ? 'pause' : 'go on';
  const keys: Line[] = [key('q', 'quit'), key('p', pause), key('?', 'help')];
  if (snapshot.details.fleet !== null && ui.page !== 'fleet') keys.push(key('0', 'hosts'), key('n', 'next'));
  // The numbers of the pages say enough where there is little room.
  if (wide || width < numbersFrom) keys.push(key('Tab', 'page'));
  if (ui.replay !== null) keys.push(key('←→', 'seek'), key('+-', 'speed'));
  if (ui.help) return keys;
  switch (ui.page) {
    case 'fleet':
      keys.push(key('s', wide ? `sort by ${ui.hostSort}` : 'sort'), key('Enter', 'host'), key('/', 'filter'));
      return keys;
    case 'overview':
      keys.push(key('s', wide ? `sort by ${sortNames[ui.sort]}` : 'sort'), key('Enter', 'device'));
      break;
    case 'gpu':
      keys.push(key('d', 'next device'), key('w', 'window'));
      break;
    case 'processes':
      keys.push(key('s', wide ? `sort by ${ui.processSort}` : 'sort'));
      keys.push(key('/', 'filter'), key('v', 'tree'), key('x', 'end'));
      break;
    case 'kernels':
      if (ui.kernel !== null) {
        keys.push(key('Esc', 'kernels'), key('↑↓', 'move'), key('w', 'window'));
        break;
      }
      keys.push(
        key('s', wide ? `sort by ${sortNames[ui.sort]}` : 'sort'),
        key('↑↓', 'move'),
        key('Enter', 'kernel'),
      );
      break;
    case 'timeline':
      keys.push(key('d', 'next device'));
      break;
    case 'training':
      keys.push(key('w', 'window'));
      break;
    default:
      keys.push(key('↑↓', 'move'));
  }
  return keys;
}

/** What the sort columns are called on screen. */
export const sortNames: Readonly<Record<SortColumn, string>> = {
  share: 'share',
  calls: 'calls',
  mean: 'mean',
  occupancy: 'occupancy',
  flops: 'GFLOP/s',
  peak: 'of peak',
};

function key(name: string, does: string): Line {
  return [span(name, 'key'), span(` ${does}`, 'dim')];
}

/** The place of each page, or of the present one alone where room is short. */
function placesOf(snapshot: Snapshot, ui: UiState, width: number): Line[] {
  if (width < numbersFrom) return [place(snapshot, ui)];
  const pages = pagesOf(snapshot);
  return pages.map((page, index): Line => {
    const chosen = page === ui.page && !ui.help;
    const name = pageName(page, snapshot);
    const number = String(pageNumber(page));
    const text = chosen || width >= namesFrom ? `${number} ${name}` : number;
    const shown = chosen ? span(`[${text}]`, 'selected') : span(text, 'dim');
    return index === pages.length - 1 ? [shown] : [shown, blank(1)];
  });
}

function place(snapshot: Snapshot, ui: UiState): Span[] {
  if (ui.help) return [span('[help]', 'selected')];
  return [
    span(`[${pageName(ui.page, snapshot)}]`, 'selected'),
    span(` ${pageNumber(ui.page)}/${pageNumber('sources')}`, 'dim'),
  ];
}
