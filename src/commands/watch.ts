import type { DashboardControl, ReplayControl } from '../../dashboards/terminal/dashboard.ts';
import { canDrawScreen, plainLine } from '../../dashboards/terminal/plain.ts';
import type { DetailsAsked } from '../analysis/details.ts';
import type { Snapshot } from '../analysis/snapshot.ts';

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface WatchOptions {
  /** The present moment; the watch ends when its state is `ended` or `failed`. */
  poll(asked?: DetailsAsked): Snapshot;
  readonly intervalMs?: number;
  /** Keep the screen when the run has ended, until a key. */
  readonly stayAtEnd?: boolean;
  readonly replay?: ReplayControl;
  /** What keys may do to processes and recordings. */
  readonly control?: DashboardControl;
  /** The directory that is recorded to from the start. */
  readonly recording?: string;
  /** Print plain lines although there is a terminal, or none at all where it is null. */
  readonly plain?: Plain | null;
}

/** How a moment is told without a screen, and how often. */
export interface Plain {
  readonly intervalMs: number;
  print(snapshot: Snapshot): void;
}

export interface WatchEnd {
  readonly why: 'quit' | 'ended' | 'interrupted';
  readonly signal: Signal | null;
}

const defaultIntervalMs = 500;
/** Nobody reads figures that change faster, however often they are sampled. */
const shortestScreenMs = 200;
/** Lines come this far apart unless somebody says otherwise. */
export const plainIntervalMs = 5000;
const plainToStdout: Plain = {
  intervalMs: plainIntervalMs,
  print: (snapshot) => void process.stdout.write(`${plainLine(snapshot)}\n`),
};

/** Exit codes by signal, as shells have them. */
export const signalExitCodes: Readonly<Record<Signal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** Shows a run until it ends: on a screen where there is one, otherwise as a plain line now and then. */
export async function watch(options: WatchOptions): Promise<WatchEnd> {
  const screen = options.plain === undefined && canDrawScreen(process.stdin, process.stdout, process.env);
  return screen ? watchOnScreen(options) : watchInLines(options);
}

async function watchOnScreen(options: WatchOptions): Promise<WatchEnd> {
  const [{ runDashboard }, { settingsFile, settingsPath }] = await Promise.all([
    import('../../dashboards/terminal/dashboard.ts'),
    import('../../dashboards/terminal/settings.ts'),
  ]);
  let signal: Signal | null = null;
  const why = await runDashboard({
    source: options,
    intervalMs: Math.max(shortestScreenMs, options.intervalMs ?? defaultIntervalMs),
    settings: settingsFile(settingsPath(process.env)),
    ...(options.control ? { control: options.control } : {}),
    ...(options.recording === undefined ? {} : { recording: options.recording }),
    stayAtEnd: options.stayAtEnd ?? false,
    ...(options.replay ? { replay: options.replay } : {}),
    onInterrupt: (received) => {
      signal = received;
    },
  });
  return { why, signal };
}

async function watchInLines({
  poll,
  intervalMs = defaultIntervalMs,
  plain = plainToStdout,
}: WatchOptions): Promise<WatchEnd> {
  // Between two lines a look is only for the end of the run.
  const lookMs = plain?.intervalMs === 0 ? intervalMs : Math.max(intervalMs, defaultIntervalMs);
  return new Promise((resolve, reject) => {
    let nextLineMs = performance.now() + (plain?.intervalMs ?? 0);
    const signals: Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    const onSignal = (signal: Signal) => end({ why: 'interrupted', signal });
    const timer = setInterval(() => {
      try {
        const snapshot = poll();
        const over = snapshot.state === 'ended' || snapshot.state === 'failed';
        if (plain && (over || performance.now() >= nextLineMs)) {
          plain.print(snapshot);
          nextLineMs += plain.intervalMs;
        }
        if (over) end({ why: 'ended', signal: null });
      } catch (error) {
        stop();
        reject(error);
      }
    }, lookMs);
    const stop = () => {
      clearInterval(timer);
      for (const signal of signals) process.off(signal, onSignal);
    };
    const end = (result: WatchEnd) => {
      stop();
      resolve(result);
    };
    for (const signal of signals) process.on(signal, onSignal);
  });
}
