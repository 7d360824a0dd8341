import type { KernelRow } from '../../src/analysis/kernels.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import type { Seconds } from '../../src/model/units.ts';
import type { Alert } from '../model/alerts.ts';
import {
  next,
  nextInside,
  type Page,
  type ProcessSort,
  pages,
  type SortColumn,
  sortColumns,
  type WindowSeconds,
  windowChoices,
} from '../model/choices.ts';
import { type HostChoice, hostIndex, shownHosts } from '../model/fleet-hosts.ts';
import { pagesOf } from '../model/page-name.ts';
import { processRows } from '../model/process-rows.ts';
import { shownDevices } from '../model/shown-devices.ts';
import { entriesOf } from '../model/source-entries.ts';
import { cursorStep, moved } from './keys/cursor.ts';
import { fleetKey, hostKey, openPage } from './keys/fleet.ts';
import { closeKernel, openKernel } from './keys/kernel.ts';
import { processKey } from './keys/processes.ts';
import { answer, typeFilter } from './keys/prompts.ts';
import { gpuRows } from './views/gpu.ts';
import { helpRows } from './views/help.ts';

export const themeNames = ['colour', 'light', 'monochrome'] as const;
export type ThemeName = (typeof themeNames)[number];

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
export interface UiState extends HostChoice {
  readonly page: Page;
  readonly help: boolean;
  readonly sort: SortColumn;
  /** The row under the cursor in the table of the page, from 0. */
  readonly cursor: number;
  /** The kernel whose page is open on the page of the kernels, or null. */
  readonly kernel: Pick<KernelRow, 'device' | 'name'> | null;
  /** Index of the chosen device among those of `shownDevices`. */
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
  | { readonly kind: 'signal'; readonly request: SignalRequest }
  | { readonly kind: 'record'; readonly start: boolean }
  /** A setting changed that is kept for the next time. */
  | { readonly kind: 'saveSettings' };

export interface UiChange {
  readonly ui: UiState;
  readonly action: UiAction;
}

/** What a key does that has a meaning of its own on a page. */
export interface OwnKey {
  readonly next: Partial<UiState>;
  readonly action: UiAction;
}

export const firstUiState: UiState = {
  page: 'overview',
  help: false,
  sort: 'share',
  cursor: 0,
  kernel: null,
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
  host: null,
  hostSort: 'gap',
  hostFilter: '',
};

export const none: UiAction = { kind: 'none' };
export const save: UiAction = { kind: 'saveSettings' };
const seekSeconds = 5;

/**
 * What a key does. Pure: the same state, key and snapshot give the same change.
 * @param key As blessed names it: `q`, `tab`, `S-tab`, `up`, `space`, `C-c`; a capital letter is `S-t`.
 * @param snapshot The one on screen; it bounds the cursor and is held by a pause.
 */
export function pressKey(before: UiState, key: string, snapshot: Snapshot): UiChange {
  const ui: UiState = before.message === '' ? before : { ...before, message: '' };
  const change = (next: Partial<UiState>, action: UiAction = none): UiChange => ({
    ui: { ...ui, ...next },
    action,
  });
  // A question and a text that is typed come first: no key of the table may act behind them.
  if (ui.confirm !== null) {
    const { next, action } = answer(ui.confirm, key);
    return change(next, action);
  }
  if (ui.filtering) return change(typeFilter(ui, key));

  const replay = ui.replay === null ? null : replayAction(key);
  if (replay !== null) return change({}, replay);
  const own = ui.help ? null : ownKey(ui, key, snapshot);
  if (own !== null) return change(own.next, own.action);
  switch (key) {
    case 'q':
    case 'S-q':
      return change({}, { kind: 'quit' });
    case '?':
    case 'h':
      return change({ help: !ui.help, cursor: 0 });
    case 'escape':
      if (ui.help) return change({ help: false, cursor: 0 });
      if (ui.page === 'kernels' && ui.kernel !== null) return change(closeKernel(ui, snapshot));
      return change(ui.page === 'gpu' ? { page: 'overview', cursor: 0 } : {});
    case 'p':
    case 'space': {
      const paused = ui.held === null;
      // A copy: a live view may go on filling the arrays that its snapshots show.
      return change({ held: paused ? structuredClone(snapshot) : null }, { kind: 'pause', paused });
    }
    case 'tab':
    case 'S-tab':
      return change(openPage(ui, snapshot, next(pagesOf(snapshot), ui.page, key === 'tab' ? 1 : -1)));
    case 'enter':
      if (ui.help) return change({});
      if (ui.page === 'kernels' && ui.kernel === null) return change(openKernel(ui, snapshot));
      return change(ui.page === 'overview' ? toPage('gpu') : {});
    case 's':
    case 'S-s':
      if (ui.page === 'kernels' && ui.kernel !== null) return change({});
      return change({ sort: next(sortColumns, ui.sort, key === 's' ? 1 : -1), cursor: 0 });
    case 'd':
    case 'S-d': {
      const devices = Math.max(1, shownDevices(snapshot).length);
      return change({ device: (ui.device + (key === 'd' ? 1 : devices - 1)) % devices });
    }
    case 'w':
      return change({ windowSeconds: next(windowChoices, ui.windowSeconds, 1) }, save);
    case '[':
    case ']':
      return change(
        { windowSeconds: nextInside(windowChoices, ui.windowSeconds, key === ']' ? 1 : -1) },
        save,
      );
    case 't':
      return change({ themeName: next(themeNames, ui.themeName, 1) }, save);
    case 'r':
      return change({}, { kind: 'record', start: ui.recording === null });
  }
  const page = /^[1-9]$/.test(key) ? pages[Number(key) - 1] : undefined;
  if (page !== undefined) return change(openPage(ui, snapshot, page));
  const step = cursorStep(key);
  return change(step === null ? {} : moveCursor(ui, step, snapshot));
}

/** What a key does that means something on the page that is open alone, or in a fleet alone; null for the others. */
function ownKey(ui: UiState, key: string, snapshot: Snapshot): OwnKey | null {
  if (ui.page === 'fleet') return fleetKey(ui, key, snapshot);
  const own = ui.page === 'processes' ? processKey(ui, key, snapshot) : null;
  return own ?? (snapshot.details.fleet === null ? null : hostKey(ui, key, snapshot));
}

/** What changes when a page is opened. */
export function toPage(page: Page): Partial<UiState> {
  return { page, cursor: 0, kernel: null, help: false };
}

/** Moves what the page's arrows move: the chosen host or device, the first line in help and page of a GPU, else the cursor. */
export function moveCursor(ui: UiState, step: number, snapshot: Snapshot): Partial<UiState> {
  if (ui.help) return { cursor: moved(ui.cursor, step, helpRows(snapshot)) };
  if (ui.page === 'fleet') {
    const rows = shownHosts(snapshot, ui);
    return { host: rows[moved(hostIndex(rows, ui), step, rows.length)]?.host ?? null };
  }
  if (ui.page === 'overview') {
    return { device: moved(ui.device, step, shownDevices(snapshot).length) };
  }
  return { cursor: moved(ui.cursor, step, rowsOf(ui, snapshot)) };
}

/** Rows that the cursor of the page walks over. */
export function rowsOf(ui: UiState, snapshot: Snapshot): number {
  switch (ui.page) {
    case 'kernels':
      return ui.kernel === null ? snapshot.kernels.length : (snapshot.details.kernel?.launches.length ?? 0);
    case 'ranks':
      return (snapshot.details.replicas?.rows ?? snapshot.details.ranks)?.length ?? 0;
    case 'gpu':
      return gpuRows(snapshot, ui);
    case 'processes':
      return processRows(snapshot, ui).length;
    case 'findings':
      return ui.alerts.length + snapshot.findings.length;
    case 'sources':
      return entriesOf(snapshot).length;
    default:
      return 0;
  }
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
