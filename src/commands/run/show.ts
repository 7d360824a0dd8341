import type { SnapshotSource } from '../../../dashboards/terminal/dashboard.ts';
import { plainLine } from '../../../dashboards/terminal/plain.ts';
import { LiveView, liveKeepNs } from '../../analysis/live.ts';
import type { Snapshot } from '../../analysis/snapshot.ts';
import { clean } from '../../model/clean-text.ts';
import { RecordingReader } from '../../recording/reader.ts';
import { presentOf } from '../present.ts';
import { plainIntervalMs, watch } from '../watch.ts';
import { lastLines } from './output.ts';
import type { ShownRun } from './run-program.ts';

/** With what records are late by, a kernel is on the screen within half a second after it ended. */
export const screenIntervalMs = 280;
const newestLines = 10;

/** Shows a run: the dashboard on a terminal, else a line now and then on stderr. Returns when the program has ended. */
export async function showRun(
  run: ShownRun,
  options: { readonly json: boolean; readonly tell: (sentence: string) => void },
): Promise<void> {
  const onScreen = !options.json && process.stdout.isTTY === true && process.stdin.isTTY === true;
  const { why, signal } = await watch({
    poll: follow(run),
    intervalMs: screenIntervalMs,
    ...(onScreen ? {} : { plain: { intervalMs: plainIntervalMs, print: (now) => printLine(now, run) } }),
  });
  // In raw mode Ctrl-C is a key of the dashboard, and no signal. Outside, the child was told already.
  if (onScreen && signal === 'SIGINT') run.signal(signal);
  if (why === 'quit')
    options.tell(`The dashboard is closed; the program goes on, and writes to ${run.outputLog}.`);
  await run.ended;
  tellNewest(run);
}

function follow({ directory, end }: ShownRun): SnapshotSource['poll'] {
  const reader = new RecordingReader(directory, { keepNs: liveKeepNs });
  const view = new LiveView(reader.timeline);
  const present = presentOf(reader.manifest);
  return (asked) => {
    const over = end();
    while (reader.poll());
    const state = over === null ? 'running' : 'ended';
    return { ...view.snapshot(present(), asked), state, message: '' };
  };
}

function printLine(snapshot: Snapshot, { outputLog }: ShownRun): void {
  const [newest] = lastLines(outputLog, 1);
  const output = newest === undefined ? '' : ` | output: ${clean(newest).trim()}`;
  process.stderr.write(`${plainLine(snapshot)}${output}\n`);
}

function tellNewest({ outputLog }: ShownRun): void {
  const lines = lastLines(outputLog, newestLines);
  if (lines.length === 0) return;
  process.stderr.write(
    `${[`the newest lines of ${outputLog}:`, ...lines.map((line) => `  ${clean(line)}`)].join('\n')}\n`,
  );
}
