import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { processRows } from '../../model/process-rows.ts';
import { truncate } from '../text/width.ts';
import type { SignalRequest, UiAction, UiState } from '../ui-state.ts';

/** Longer filters find nothing more. */
const longestFilter = 64;
/** A command in a question is cut to this, so that the question itself stays in sight. */
const longestCommand = 60;
const longestUser = 24;
const modified = /^(?:C|M)-/;

/** What a key changes while a filter is typed: every character is text, `q` too. */
export function typeFilter(ui: UiState, key: string): Partial<UiState> {
  const text = filterOf(ui);
  const become = (filter: string): Partial<UiState> =>
    ui.page === 'fleet' ? { hostFilter: filter } : { filter, cursor: 0 };
  if (key === 'enter') return { filtering: false };
  if (key === 'escape') return { filtering: false, ...become('') };
  if (key === 'backspace') return become([...text].slice(0, -1).join(''));
  if (key === 'C-u') return become('');
  const character = characterOf(key);
  if (character === '' || [...text].length >= longestFilter) return {};
  return become(text + character);
}

/** The filter of the page that is open: of the hosts, or of the processes. */
export function filterOf({ page, filter, hostFilter }: UiState): string {
  return page === 'fleet' ? hostFilter : filter;
}

/** The character that a key types; '' for keys that type none. */
function characterOf(key: string): string {
  if (key === 'space') return ' ';
  if (/^S-[a-z]$/.test(key)) return key.slice(2).toUpperCase();
  return !modified.test(key) && [...key].length === 1 && truncate(key, 2) === key ? key : '';
}

/** What is asked before a signal is sent: `Send SIGTERM to 4321 python train.py (anna)? y/n`. */
export function question({ pid, signal, command, user }: SignalRequest): string {
  const what = truncate(command, longestCommand);
  const whose = user === '' ? '' : ` (${truncate(user, longestUser)})`;
  return `Send ${signal} to ${pid}${what === '' ? '' : ` ${what}`}${whose}? y/n`;
}

/** What `x` (SIGTERM) and `X` (SIGKILL) do at a row: a question, or a sentence on why there is none. */
export function askSignal(ui: UiState, key: 'x' | 'S-x', snapshot: Snapshot): Partial<UiState> {
  if (snapshot.details.fleet !== null) {
    return { message: 'These processes are of another machine; signal them there.' };
  }
  const row = processRows(snapshot, ui)[ui.cursor];
  if (row === undefined) return { message: 'There is no process in this row.' };
  if (ui.replay !== null) return { message: 'These processes are of a recording; they cannot be signalled.' };
  const { pid, user, parent, name, command } = row.process;
  // Without an entry in /proc a process has neither an owner nor a parent that is known.
  if (!Number.isSafeInteger(pid) || pid <= 1 || (user === '' && parent === null)) {
    return { message: `${pid} has ended or is in another PID namespace; signal it from the host.` };
  }
  const signal = key === 'x' ? 'SIGTERM' : 'SIGKILL';
  return { confirm: { pid, signal, user, command: command === '' ? name : command } };
}

/** What the answer to the question does; any key but `y` is a no. */
export function answer(
  request: SignalRequest,
  key: string,
): { readonly next: Partial<UiState>; readonly action: UiAction } {
  if (key !== 'y') return { next: { confirm: null, message: 'Nothing was sent.' }, action: { kind: 'none' } };
  return { next: { confirm: null }, action: { kind: 'signal', request } };
}

/** Whether the process that was asked about is still there, and not another one with its number. */
export function isStillThere(request: SignalRequest, snapshot: Snapshot): boolean {
  return snapshot.devices.some((view) =>
    view.processes?.some(
      ({ pid, user, name, command }) =>
        pid === request.pid && user === request.user && (command === '' ? name : command) === request.command,
    ),
  );
}
