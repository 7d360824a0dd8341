import {
  type MachinePage,
  next,
  nextInside,
  type ProcessSort,
  pages,
  processSorts,
  type SortColumn,
  sortColumns,
  type WindowSeconds,
  windowChoices,
} from '../../model/choices.ts';
import { detailsAsked } from '../../model/details-asked.ts';
import type { PageAsked } from '../../model/live-stream.ts';
import { chosenIndex, shownDevices } from '../../model/shown-devices.ts';
import type { LiveView } from './live-view.ts';

/** All that a person has set on the page. */
export interface Ui {
  readonly page: MachinePage;
  readonly help: boolean;
  /** Index of the chosen device among those of `shownDevices`. */
  readonly device: number;
  /** The kernel whose page is open on the page of the kernels, or null. */
  readonly kernel: PageAsked['kernel'];
  readonly windowSeconds: WindowSeconds;
  readonly sort: SortColumn;
  readonly processSort: ProcessSort;
  readonly processTree: boolean;
  /** Text that rows must contain, of kernels or processes; '' shows all. */
  readonly filter: string;
  /** What is held while paused, or null. */
  readonly held: LiveView | null;
}

export const firstUi: Ui = {
  page: 'overview',
  help: false,
  device: 0,
  kernel: null,
  windowSeconds: 300,
  sort: 'share',
  processSort: 'memory',
  processTree: false,
  filter: '',
  held: null,
};

/** What a key asks for beside another state. */
export type UiAction = 'none' | 'theme' | 'filter';

export interface UiChange {
  readonly ui: Ui;
  readonly action: UiAction;
}

/** What a page asks the server for. */
export function askedBy(ui: Ui, view: LiveView | null): PageAsked {
  const more = { kernels: ui.page === 'kernels', runs: ui.page === 'training' };
  if (view === null) return { timeline: null, ranks: ui.page === 'ranks', kernel: null, host: null, ...more };
  return { ...detailsAsked(ui, view.snapshot), ...more };
}

/** What changes when a page is opened. */
export function toPage(page: MachinePage): Partial<Ui> {
  return { page, kernel: null, filter: '', help: false };
}

/** Holds the moment on the page, or goes on. */
export function togglePause(ui: Ui, view: LiveView | null): Partial<Ui> {
  return { held: ui.held === null ? view : null };
}

/**
 * What a key does, as in the terminal; Tab stays the browser's. Pure.
 * @param key as the browser names it: `p`, `Enter`, `Escape`
 * @param view the one on the page
 */
export function pressKey(ui: Ui, key: string, view: LiveView | null): UiChange {
  const change = (next: Partial<Ui>, action: UiAction = 'none'): UiChange => ({
    ui: { ...ui, ...next },
    action,
  });
  const page = /^[1-9]$/.test(key) ? pages[Number(key) - 1] : undefined;
  if (page !== undefined) return change(toPage(page));
  switch (key) {
    case '?':
      return change({ help: !ui.help });
    case 'Escape':
      return change(back(ui));
    case 'Enter':
      return change(ui.page === 'overview' ? toPage('gpu') : {});
    case 'p':
      return change(togglePause(ui, view));
    case 't':
      return change({}, 'theme');
    case 'd':
    case 'j':
      return change({ device: nextDevice(ui, view, 1) });
    case 'D':
    case 'k':
      return change({ device: nextDevice(ui, view, -1) });
    case '[':
    case ']':
      return change({ windowSeconds: nextInside(windowChoices, ui.windowSeconds, key === ']' ? 1 : -1) });
    case 's':
    case 'S':
      return change(nextSort(ui, key === 's' ? 1 : -1));
    case 'v':
      return change(ui.page === 'processes' ? { processTree: !ui.processTree } : {});
    case '/':
      return change(ui.page === 'processes' || ui.page === 'kernels' ? {} : toPage('kernels'), 'filter');
    default:
      return { ui, action: 'none' };
  }
}

/** One step out: of the help, a filter, a kernel, a page. */
function back(ui: Ui): Partial<Ui> {
  if (ui.help) return { help: false };
  if (ui.filter !== '') return { filter: '' };
  if (ui.kernel !== null) return { kernel: null };
  return ui.page === 'gpu' ? toPage('overview') : {};
}

function nextSort(ui: Ui, step: number): Partial<Ui> {
  if (ui.page === 'processes') return { processSort: next(processSorts, ui.processSort, step) };
  return { sort: next(sortColumns, ui.sort, step) };
}

function nextDevice(ui: Ui, view: LiveView | null, step: number): number {
  const devices = view === null ? 0 : shownDevices(view.snapshot).length;
  return devices === 0 ? 0 : (chosenIndex(devices, ui.device) + step + devices) % devices;
}
