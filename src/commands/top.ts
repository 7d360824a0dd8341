import { type Command, InvalidArgumentError } from 'commander';
import type { Snapshot } from '../analysis/snapshot.ts';
import { WarpwatchError } from '../model/errors.ts';
import type { Finish } from './command.ts';
import { jsonLine, snapshotJson } from './top/json.ts';
import { openTop, type TopSource } from './top/source.ts';
import { signalExitCodes, watch } from './watch.ts';

interface TopOptions {
  readonly once?: true;
  readonly json?: true;
  readonly interval: number;
  readonly device?: string;
  readonly record?: string;
  readonly recording?: string;
}

/** `top --once` waits this long for the first samples; a share needs two readings. */
const firstSamplesMs = 3000;

/** `top`: this machine's devices live, or a recording that another process writes. */
export function declare(command: Command, _words: readonly string[], finish: Finish): void {
  command
    .option('--once', 'print the figures once and end')
    .option('--json', 'print JSON: one object with --once, otherwise one a line at each interval')
    .option('--interval <seconds>', 'time between two looks', parseInterval, 1)
    .option('--device <id>', 'show this device only')
    .option('--record <directory>', 'keep what is seen as a recording')
    .option('--recording <path>', 'follow a recording that another process writes')
    .addHelpText(
      'before',
      'Examples:\n  warpwatch top\n  warpwatch top --once --json\n  warpwatch top --recording runs/first\n',
    )
    .action(async (options: TopOptions) => {
      const source = await openTop(options.record, options.recording, options.interval);
      try {
        finish(await show(source, options));
      } finally {
        await source.close();
      }
    });
}

async function show(source: TopSource, options: TopOptions): Promise<number> {
  const poll = () => only(source.poll(), options.device);
  if (options.once) return once(poll, options);
  const { signal } = await watch({
    poll,
    intervalMs: options.interval * 1e3,
    ...(options.json ? { plain: { intervalMs: 0, print: printJson } } : {}),
  });
  return signal === null ? 0 : signalExitCodes[signal];
}

async function once(poll: () => Snapshot, options: TopOptions): Promise<number> {
  const deadline = performance.now() + firstSamplesMs;
  let snapshot = poll();
  while (snapshot.devices.every(({ util }) => util.value === null) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    snapshot = poll();
  }
  if (options.json) printJson(snapshot);
  else process.stdout.write(`${await onceText(snapshot)}\n`);
  return 0;
}

/** The figures in a plain line, and below it why each that is missing is missing. */
async function onceText(snapshot: Snapshot): Promise<string> {
  const { plainLine } = await import('../../dashboards/terminal/plain.ts');
  const reasons = snapshot.devices.flatMap(({ device, ...figures }) =>
    Object.entries(figures).flatMap(([name, figure]) =>
      typeof figure === 'object' && 'why' in figure ? [`  ${device.id} ${name}: ${figure.why}`] : [],
    ),
  );
  return [plainLine(snapshot), ...reasons].join('\n');
}

function printJson(snapshot: Snapshot): void {
  process.stdout.write(jsonLine(snapshotJson(snapshot)));
}

function only(snapshot: Snapshot, device: string | undefined): Snapshot {
  if (device === undefined) return snapshot;
  const devices = snapshot.devices.filter((view) => view.device.id === device);
  if (devices.length > 0)
    return { ...snapshot, devices, kernels: snapshot.kernels.filter((row) => row.device === device) };
  const known = snapshot.devices.map((view) => view.device.id).join(', ');
  throw new WarpwatchError('no-device', `There is no device "${device}" here; there are: ${known}.`);
}

function parseInterval(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0.1 && seconds <= 3600))
    throw new InvalidArgumentError('It takes seconds from 0.1 to 3600.');
  return seconds;
}
