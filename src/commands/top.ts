import { type Command, Option } from 'commander';
import type { DetailsAsked } from '../analysis/details.ts';
import { deviceFigures, figureNames } from '../analysis/device-figures.ts';
import type { Snapshot } from '../analysis/snapshot.ts';
import { WarpwatchError } from '../model/errors.ts';
import { isKnown } from '../model/measured.ts';
import { byReason } from './by-reason.ts';
import type { Finish } from './command.ts';
import { parseInterval } from './interval.ts';
import { controlOf } from './top/control.ts';
import { tuneForWatching } from './top/engine.ts';
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
  readonly dcgm?: string;
  readonly prometheus?: string;
  readonly match?: string;
  readonly host?: readonly string[];
  readonly remoteCommand?: string;
}

/** Options of this machine, which mean nothing of a fleet. */
const ofOneMachine = ['record', 'device', 'dcgm'];
/** `top --once` waits this long for sources that are slow; what has not come by then says so. */
const firstLookMs = 5000;
/** `top --once` samples at the shortest interval of which counters mean something. */
const onceIntervalMs = 100;

/** `top`: this machine's devices live, or a recording that another process writes. */
export function declare(command: Command, _words: readonly string[], finish: Finish): void {
  command
    .option('--once', 'print the figures once and end')
    .option('--json', 'print JSON: one object with --once, otherwise one a line at each interval')
    .option('--interval <seconds>', 'time between two looks', parseInterval, 1)
    .option('--device <id>', 'show this device only')
    .option('--record <directory>', 'keep what is seen as a recording')
    .option(
      '--recording <path>',
      'follow a recording that another process writes, and show its training; with --host, one on each host',
    )
    .option('--dcgm <url or file>', 'a dcgm-exporter page, for counters of GPUs before Hopper')
    .addOption(
      new Option('--prometheus <url>', 'every host whose GPUs this Prometheus scrapes').conflicts([
        'host',
        'remoteCommand',
        'recording',
        ...ofOneMachine,
      ]),
    )
    .option('--match <matchers>', 'of --prometheus: only series with these labels, such as cluster="a"')
    .addOption(
      new Option('--host <hosts>', 'hosts with warpwatch on them, by ssh: user@a,b; may be repeated')
        .argParser((list: string, before: readonly string[] = []) => [...before, list])
        .conflicts(['match', ...ofOneMachine]),
    )
    .option('--remote-command <command>', 'of --host: what is called there (default: warpwatch)')
    .addHelpText(
      'before',
      `Examples:
  warpwatch top
  warpwatch top --once --json
  warpwatch top --recording runs/first
  warpwatch top --prometheus http://prometheus:9090
  warpwatch top --host ada@node1,node2
  warpwatch top --host node1,node2 --recording runs/first
`,
    )
    .action(async (options: TopOptions) => {
      if (!options.once) tuneForWatching();
      if (isFleet(options)) {
        const { topFleet } = await import('./top/fleet.ts');
        finish(await topFleet(options));
        return;
      }
      const source = await openTop({
        record: options.record,
        recording: options.recording,
        intervalMs: options.once ? onceIntervalMs : options.interval * 1e3,
        settings: options.dcgm === undefined ? {} : { dcgm: options.dcgm },
      });
      try {
        finish(await show(source, options));
      } finally {
        if (await source.close()) finish.withHangingCall();
      }
    });
}

/** @throws WarpwatchError `usage` for an option of a fleet without its source */
function isFleet({ prometheus, host, match, remoteCommand }: TopOptions): boolean {
  if (match !== undefined && prometheus === undefined) {
    throw new WarpwatchError('usage', '--match narrows what --prometheus shows: name that too.');
  }
  if (remoteCommand !== undefined && host === undefined) {
    throw new WarpwatchError('usage', '--remote-command says what --host calls there: name that too.');
  }
  return prometheus !== undefined || host !== undefined;
}

async function show(source: TopSource, options: TopOptions): Promise<number> {
  const poll = (asked?: DetailsAsked) => only(source.poll(asked), options.device);
  if (options.once) return once(source, poll, options);
  const { signal } = await watch({
    poll,
    intervalMs: options.interval * 1e3,
    ...(source.recorder === null ? {} : { control: controlOf(source.recorder) }),
    ...(options.record === undefined ? {} : { recording: options.record }),
    ...(options.json ? { plain: { intervalMs: 0, print: printJson } } : {}),
  });
  return signal === null ? 0 : signalExitCodes[signal];
}

async function once(source: TopSource, poll: () => Snapshot, options: TopOptions): Promise<number> {
  let late: NodeJS.Timeout | undefined;
  await Promise.race([
    source.firstLook,
    new Promise((resolve) => {
      late = setTimeout(resolve, firstLookMs);
    }),
  ]);
  clearTimeout(late);
  const snapshot = poll();
  if (options.json) printJson(snapshot);
  else process.stdout.write(`${await onceText(snapshot)}\n`);
  return 0;
}

/** The figures in a plain line, and below it why those that are missing are missing. */
async function onceText(snapshot: Snapshot): Promise<string> {
  const { plainLine } = await import('../../dashboards/terminal/plain.ts');
  const reasons = snapshot.devices.flatMap((view) => {
    const lacks = figureNames.flatMap((metric) => {
      const figure = view[metric];
      return isKnown(figure) ? [] : [{ metric, label: deviceFigures[metric].label, why: figure.why }];
    });
    return byReason(lacks).map(({ why, names }) => `  ${view.device.id} ${names.join(', ')}: ${why}`);
  });
  const troubles = snapshot.sourceTroubles.map((why) => `  ${why}`);
  return [plainLine(snapshot), ...reasons, ...troubles].join('\n');
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
