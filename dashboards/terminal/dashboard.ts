import type { Readable, Writable } from 'node:stream';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import type { Seconds } from '../../src/model/units.ts';
import { frame } from './frame.ts';
import { themeOf } from './palette.ts';
import { openScreen } from './screen.ts';
import type { InterruptSignal } from './terminal-guard.ts';
import type { Theme } from './text/style.ts';
import { firstUiState, pressKey, type ReplayPosition, type UiAction, type UiState } from './ui-state.ts';

/** Where the dashboard gets its moments from: a recording that grows, or one that is replayed. */
export interface SnapshotSource {
  /** The present moment. What it throws ends the dashboard with that error. */
  poll(): Snapshot;
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

export interface DashboardOptions {
  readonly source: SnapshotSource;
  /** The terminal; standard input and output where not given. */
  readonly screen?: { readonly input?: Readable; readonly output?: Writable };
  /** The one that the environment asks for where not given. */
  readonly theme?: Theme;
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

/**
 * Shows a run on the terminal until it ends. However it closes, the terminal is whole again before the promise
 * settles.
 * @throws Whatever the source throws.
 */
export async function runDashboard(options: DashboardOptions): Promise<DashboardEnd> {
  const theme = options.theme ?? themeOf(process.env);
  let snapshot = options.source.poll();
  let ui: UiState = firstUiState;

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
      screen.draw(frame(ui.held ?? snapshot, ui, screen.width, screen.height, theme));
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
      onKey: (key) =>
        handle(() => {
          const change = pressKey(ui, key, ui.held ?? snapshot);
          ui = change.ui;
          if (change.action.kind === 'quit') return end('quit');
          if (options.replay !== undefined) {
            moveReplay(options.replay, change.action);
            // A pause holds the moment that the replay stands at, also when that is moved.
            if (change.action.kind === 'seek' && ui.held !== null) {
              snapshot = options.source.poll();
              ui = { ...ui, held: structuredClone(snapshot) };
            }
          }
          drawSoon();
        }),
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
          snapshot = options.source.poll();
          draw();
          endIfOver();
        }),
      options.intervalMs ?? defaultIntervalMs,
    );
    handle(draw);
  });
}

function moveReplay(replay: ReplayControl, action: UiAction): void {
  if (action.kind === 'pause') replay.pause(action.paused);
  if (action.kind === 'seek') replay.seek(action.seconds);
  if (action.kind === 'speed') replay.changeSpeed(action.factor);
}
