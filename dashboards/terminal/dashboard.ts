import type { Readable, Writable } from 'node:stream';
import type { DetailsAsked } from '../../src/analysis/details.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { messageOf } from '../../src/model/errors.ts';
import type { Seconds } from '../../src/model/units.ts';
import { activeAlerts, alertRules, noAlertState } from '../model/alerts.ts';
import { detailsAsked } from '../model/details-asked.ts';
import { frame } from './frame.ts';
import { isStillThere } from './keys/prompts.ts';
import { pressMouse } from './mouse.ts';
import { themeNamed } from './palette-choice.ts';
import { openScreen } from './screen.ts';
import { changedSettings, defaultSettings, type SettingsStore, stateOf } from './settings.ts';
import type { InterruptSignal } from './terminal-guard.ts';
import type { Theme } from './text/style.ts';
import {
  type ProcessSignal,
  pressKey,
  type ReplayPosition,
  type UiAction,
  type UiChange,
  type UiState,
} from './ui-state.ts';

/** Where the dashboard gets its moments from: a recording that grows, or one that is replayed. */
export interface SnapshotSource {
  /** The present moment, with the details that are asked for. What it throws ends the dashboard with that error. */
  poll(asked?: DetailsAsked): Snapshot;
}

/** The clock of a replay, which the keys move. */
export interface ReplayControl {
  position(): ReplayPosition;
  pause(paused: boolean): void;
  /** Moves by that much; negative goes back. */
  seek(seconds: Seconds): void;
  /** Multiplies the speed. */
  changeSpeed(factor: number): void;
}

/** What the keys may do to the world outside of the screen. What one of them throws is told in its place. */
export interface DashboardControl {
  /** @returns A sentence on how it went. */
  signal(pid: number, signal: ProcessSignal): string;
  /** @returns The directory that is recorded to. */
  startRecording(): string;
  /** @returns A sentence on where the recording is. */
  stopRecording(): string;
}

export interface DashboardOptions {
  readonly source: SnapshotSource;
  /** The terminal; standard input and output where not given. */
  readonly screen?: { readonly input?: Readable; readonly output?: Writable };
  /** Always this one; the one that the person chose and the environment allows where not given. */
  readonly theme?: Theme;
  /** Nothing can be signalled or recorded where not given. */
  readonly control?: DashboardControl;
  /** The defaults, for this time only, where not given. */
  readonly settings?: SettingsStore;
  /** The directory that is recorded to from the start. */
  readonly recording?: string;
  /** Time between two moments; 500 where not given. */
  readonly intervalMs?: number;
  /** Whether the screen stays when the run has ended, until `q`. */
  readonly stayAtEnd?: boolean;
  /** Set where a recording is replayed. */
  readonly replay?: ReplayControl;
  /** Told which signal ended the dashboard, after the terminal is restored; for the exit code. */
  onInterrupt?(signal: InterruptSignal): void;
}

/** Why the dashboard closed: the person left it, the run ended or failed, or a signal came. */
export type DashboardEnd = 'quit' | 'ended' | 'interrupted';

const defaultIntervalMs = 500;
/** A message stays this long where no key takes it away. */
const messageMs = 6000;

/**
 * Shows a run on the terminal until it ends. However it closes, the terminal is whole again before the promise
 * settles.
 * @throws Whatever the source throws.
 */
export async function runDashboard(options: DashboardOptions): Promise<DashboardEnd> {
  const loaded = options.settings?.load() ?? { settings: defaultSettings, problem: '' };
  const first = stateOf(loaded.settings);
  const start: UiState = { ...first, themeName: themeNamed(first.themeName, process.env).name };
  const rules = alertRules(loaded.settings.alerts);
  const intervalMs = options.intervalMs ?? defaultIntervalMs;
  let snapshot = options.source.poll();
  const { alerts, state } = activeAlerts(snapshot, noAlertState, rules);
  let alertState = state;
  let ticksOfMessage = 0;
  const page = snapshot.details.fleet === null ? start.page : 'fleet';
  let ui: UiState = { ...start, page, alerts, message: loaded.problem, recording: options.recording ?? null };

  return await new Promise<DashboardEnd>((resolve, reject) => {
    let nextDraw: NodeJS.Immediate | null = null;
    let closed = false;

    const close = (): void => {
      closed = true;
      clearInterval(timer);
      if (nextDraw !== null) clearImmediate(nextDraw);
      screen.close();
    };
    const end = (why: DashboardEnd): void => {
      close();
      resolve(why);
    };
    /** Runs a message; a failure closes the screen before anyone prints it. */
    const handle = (message: () => void): void => {
      if (closed) return;
      try {
        message();
      } catch (error) {
        close();
        reject(error);
      }
    };
    const draw = (): void => {
      nextDraw = null;
      ui = { ...ui, replay: options.replay?.position() ?? null };
      const theme =
        options.theme ?? themeNamed(ui.themeName, process.env, ui.themeName !== start.themeName).theme;
      screen.draw(frame(ui.held ?? snapshot, ui, screen.width, screen.height, theme));
    };
    const look = (): void => {
      const before = snapshot.details.fleet?.open?.host;
      snapshot = options.source.poll(detailsAsked(ui, snapshot));
      // Alerts of another host, whose devices may have the same names, are no beginning of its own.
      if (snapshot.details.fleet?.open?.host !== before) alertState = noAlertState;
      const found = activeAlerts(snapshot, alertState, rules);
      alertState = found.state;
      ticksOfMessage = ui.message === '' ? 0 : ticksOfMessage + 1;
      const message = ticksOfMessage * intervalMs > messageMs ? '' : ui.message;
      ui = { ...ui, alerts: found.alerts, message };
    };
    const keepSettings = (): void => {
      options.settings?.save(changedSettings(loaded.settings, start, ui));
    };
    const apply = (change: UiChange): void => {
      const { action } = change;
      if (change.ui.message !== ui.message) ticksOfMessage = 0;
      const asked = JSON.stringify(detailsAsked(ui, snapshot));
      ui = change.ui;
      // A page that shows more than the last look asked for does not wait for the next one.
      if (ui.held === null && JSON.stringify(detailsAsked(ui, snapshot)) !== asked) look();
      switch (action.kind) {
        case 'quit':
          if (ui.page !== start.page) keepSettings();
          end('quit');
          return;
        case 'saveSettings':
          keepSettings();
          break;
        case 'signal':
        case 'record':
          ui = { ...ui, ...obey(action, snapshot, options.control) };
          break;
        default:
          if (options.replay !== undefined) moveReplay(options.replay, action);
      }
      // A pause holds the moment that the replay stands at, also when that is moved.
      if (options.replay !== undefined && action.kind === 'seek' && ui.held !== null) {
        snapshot = options.source.poll(detailsAsked(ui, snapshot));
        ui = { ...ui, held: structuredClone(snapshot) };
      }
      drawSoon();
    };
    /** However many messages come in one turn, the screen is drawn once. */
    const drawSoon = (): void => {
      nextDraw ??= setImmediate(() => handle(draw));
    };
    const endIfOver = (): void => {
      const over = snapshot.state === 'ended' || snapshot.state === 'failed';
      if (over && options.stayAtEnd !== true && ui.held === null) end('ended');
    };

    const screen = openScreen({
      ...options.screen,
      onKey: (key) => handle(() => apply(pressKey(ui, key, ui.held ?? snapshot))),
      ...(loaded.settings.mouse
        ? {
            onMouse: (event) =>
              handle(() => {
                const { width, height } = screen;
                ui = pressMouse(ui, event, ui.held ?? snapshot, width, height);
                drawSoon();
              }),
          }
        : {}),
      onResize: drawSoon,
      onInterrupt: (signal) => {
        if (closed) return;
        end('interrupted');
        options.onInterrupt?.(signal);
      },
    });
    const timer = setInterval(
      () =>
        handle(() => {
          // Polled while paused too: the reader must not fall behind the run.
          look();
          draw();
          endIfOver();
        }),
      intervalMs,
    );
    handle(draw);
  });
}

/** Signals a process or records, and what the person is told of it. */
function obey(
  action: Extract<UiAction, { kind: 'signal' | 'record' }>,
  snapshot: Snapshot,
  control: DashboardControl | undefined,
): Partial<UiState> {
  try {
    if (action.kind === 'record') {
      if (control === undefined) return { message: 'This view cannot record.' };
      if (!action.start) return { message: control.stopRecording(), recording: null };
      const recording = control.startRecording();
      return { message: `Recording to ${recording}`, recording };
    }
    const { request } = action;
    if (control === undefined) return { message: 'This view cannot signal processes.' };
    // Between the question and the answer another process may have got the number.
    if (!isStillThere(request, snapshot)) {
      return { message: `${request.pid} is no longer in the list; nothing was sent.` };
    }
    return { message: control.signal(request.pid, request.signal) };
  } catch (error) {
    return { message: messageOf(error) };
  }
}

function moveReplay(replay: ReplayControl, action: UiAction): void {
  if (action.kind === 'pause') replay.pause(action.paused);
  if (action.kind === 'seek') replay.seek(action.seconds);
  if (action.kind === 'speed') replay.changeSpeed(action.factor);
}
