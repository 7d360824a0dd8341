import type { Snapshot } from '../../src/analysis/snapshot.ts';
import type { Seconds } from '../../src/model/units.ts';
import { entriesOf } from './views/source-entries.ts';

export const pages = ['overview', 'gpu', 'processes', 'kernels', 'training', 'findings', 'sources'] as const;
export type Page = (typeof pages)[number];

/** Columns by which the kernel table can be sorted, largest first. */
export const sortColumns = ['share', 'calls', 'mean', 'flops', 'peak'] as const;
export type SortColumn = (typeof sortColumns)[number];

/** Orders of the process table: figures largest first, the rest from small to large. */
export const processSorts = ['memory', 'util', 'pid', 'user', 'device'] as const;
export type ProcessSort = (typeof processSorts)[number];

/** How much of the past the charts show. */
export const windowChoices = [60, 300, 900, 3600] as const;
export type WindowSeconds = (typeof windowChoices)[number];

export const themeNames = ['colour', 'light', 'monochrome'] as const;
export type ThemeName = (typeof themeNames)[number];

/** Something that wants eyes now. */
export interface Alert {
  /** Id of the device; '' where it is of the whole run. */
  readonly device: string;
  /** One short sentence. */
  readonly text: string;
  /** When it began to hold, on the clock of `Snapshot.elapsedSeconds`. */
  readonly sinceSeconds: Seconds;
}

export type ProcessSignal = 'SIGTERM' | 'SIGKILL';

/** A signal that waits for the person to say y. */
export interface SignalRequest {
  readonly pid: number;
  readonly signal: ProcessSignal;
  readonly user: string;
  readonly command: string;
}

/** Where a replay stands; the caller moves it. */
export interface ReplayPosition {
  /** 1 is as fast as it was recorded. */
  readonly speed: number;
  readonly positionSeconds: Seconds;
  readonly lengthSeconds: Seconds;
}

/** All that a person has set on the screen. */
export interface UiState {
  readonly page: Page;
  readonly help: boolean;
  readonly sort: SortColumn;
  /** The row under the cursor in the table of the page, from 0. */
  readonly cursor: number;
  /** Index of the device whose history is drawn first. */
  readonly device: number;
  /** The snapshot that is held while paused, or null. */
  readonly held: Snapshot | null;
  /** Null unless a recording is replayed. */
  readonly replay: ReplayPosition | null;
  readonly windowSeconds: WindowSeconds;
  readonly themeName: ThemeName;
  readonly processSort: ProcessSort;
  /** Whether processes stand below their parents. */
  readonly processTree: boolean;
  /** Text that a process must contain to be shown; '' shows all. */
  readonly filter: string;
  /** Whether keys are typed into the filter. */
  readonly filtering: boolean;
  readonly confirm: SignalRequest | null;
  /** One line told to the person, gone at the next key or after some seconds; '' for none. */
  readonly message: string;
  /** What is recorded to, or null. */
  readonly recording: string | null;
  /** What wants eyes now, worst first. */
  readonly alerts: readonly Alert[];
}

/** What a key asks of the caller. */
export type UiAction =
  | { readonly kind: 'none' }
  | { readonly kind: 'quit' }
  /** The person paused or went on; a replay stops its clock. */
  | { readonly kind: 'pause'; readonly paused: boolean }
  | { readonly kind: 'seek'; readonly seconds: Seconds }
  | { readonly kind: 'speed'; readonly factor: number }
  /** The person has said y. */
  | { readonly kind: 'signal'; readonly pid: number; readonly signal: ProcessSignal }
  | { readonly kind: 'record'; readonly start: boolean }
  /** A setting changed that is kept for the next time. */
  | { readonly kind: 'saveSettings' };

export interface UiChange {
  readonly ui: UiState;
  readonly action: UiAction;
}

export const firstUiState: UiState = {
  page: 'overview',
  help: false,
  sort: 'share',
  cursor: 0,
  device: 0,
  held: null,
  replay: null,
  windowSeconds: 300,
  themeName: 'colour',
  processSort: 'memory',
  processTree: false,
  filter: '',
  filtering: false,
  confirm: null,
  message: '',
  recording: null,
  alerts: [],
};

const none: UiAction = { kind: 'none' };
const pageOfRows = 10;
const seekSeconds = 5;

/**
 * What a key does. Pure: the same state, key and snapshot give the same change.
 * @param key As blessed names it: `q`, `tab`, `S-tab`, `up`, `space`, `C-c`.
 * @param snapshot The one on screen; it bounds the cursor and is held by a pause.
 */
export function pressKey(ui: UiState, key: string, snapshot: Snapshot): UiChange {
  const change = (next: Partial<UiState>, action: UiAction = none): UiChange => ({
    ui: { ...ui, ...next },
    action,
  });
  if (key === 'q' || key === 'S-q') return change({}, { kind: 'quit' });
  if (key === '?' || key === 'h' || (key === 'escape' && ui.help)) return change({ help: !ui.help });
  if (key === 'p' || key === 'space') {
    const paused = ui.held === null;
    // A copy: a live view may go on filling the arrays that its snapshots show.
    return change({ held: paused ? structuredClone(snapshot) : null }, { kind: 'pause', paused });
  }
  if (ui.replay !== null) {
    const action = replayAction(key);
    if (action !== null) return change({}, action);
  }
  if (key === 'tab' || key === 'S-tab') {
    return change({ page: next(pages, ui.page, key === 'tab' ? 1 : -1), cursor: 0, help: false });
  }
  const page = /^[1-9]$/.test(key) ? pages[Number(key) - 1] : undefined;
  if (page !== undefined) return change({ page, cursor: 0, help: false });
  if (key === 's' || key === 'S-s') {
    return change({ sort: next(sortColumns, ui.sort, key === 's' ? 1 : -1), cursor: 0 });
  }
  if (key === 'd' || key === 'S-d') {
    const devices = Math.max(1, snapshot.devices.length);
    return change({ device: (ui.device + (key === 'd' ? 1 : devices - 1)) % devices });
  }
  const step = cursorStep(key);
  if (step === null) return change({});
  const last = Math.max(0, rowsOf(ui.page, snapshot) - 1);
  return change({ cursor: Math.min(last, Math.max(0, ui.cursor + step)) });
}

/** Rows that the cursor of a page walks over. */
export function rowsOf(page: Page, snapshot: Snapshot): number {
  if (page === 'overview' || page === 'kernels') return snapshot.kernels.length;
  if (page === 'findings') return snapshot.findings.length;
  return page === 'sources' ? entriesOf(snapshot).length : 0;
}

function replayAction(key: string): UiAction | null {
  switch (key) {
    case 'left':
      return { kind: 'seek', seconds: -seekSeconds };
    case 'right':
      return { kind: 'seek', seconds: seekSeconds };
    case '+':
    case '=':
      return { kind: 'speed', factor: 2 };
    case '-':
      return { kind: 'speed', factor: 0.5 };
    default:
      return null;
  }
}

function cursorStep(key: string): number | null {
  switch (key) {
    case 'down':
    case 'j':
      return 1;
    case 'up':
    case 'k':
      return -1;
    case 'pagedown':
      return pageOfRows;
    case 'pageup':
      return -pageOfRows;
    case 'home':
    case 'g':
      return Number.NEGATIVE_INFINITY;
    case 'end':
    case 'S-g':
      return Number.POSITIVE_INFINITY;
    default:
      return null;
  }
}

function next<T>(values: readonly T[], value: T, step: number): T {
  const index = (values.indexOf(value) + step + values.length) % values.length;
  return values[index] ?? value;
}
