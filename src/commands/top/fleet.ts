import { canDrawScreen } from '../../../dashboards/terminal/plain.ts';
import { plainFleet } from '../../../dashboards/terminal/plain-fleet.ts';
import { nothingAsked } from '../../analysis/details.ts';
import type { FleetSource } from '../../analysis/fleet/fleet.ts';
import { fleetSnapshot } from '../../analysis/fleet/fleet-snapshot.ts';
import { fleetView } from '../../analysis/fleet/fleet-view.ts';
import { exitCodes } from '../../model/errors.ts';
import type { Seconds } from '../../model/units.ts';
import { plainIntervalMs, type Signal, signalExitCodes, watch } from '../watch.ts';
import { fleetJson } from './fleet-json.ts';
import { jsonLine } from './json.ts';

export interface FleetOptions {
  readonly once?: true;
  readonly json?: true;
  /** In seconds. */
  readonly interval: Seconds;
  readonly prometheus?: string;
  readonly match?: string;
  readonly host?: readonly string[];
  readonly remoteCommand?: string;
  /** Of `host`: what is followed there. */
  readonly recording?: string;
}

/** `--once` waits this long for hosts; those that have not spoken by then say so. */
const firstLookMs = 60_000;
/** A log takes the hosts that matter most, a single look all that a person reads. */
const mostStreamed = 20;
const mostOnce = 200;
const signals: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * `top` of several hosts.
 * @returns the exit code; with `--once` that of no source where no host is up
 * @throws WarpwatchError as the source does
 */
export async function topFleet(options: FleetOptions): Promise<number> {
  const source = await open(options);
  try {
    return await (options.once ? once(source, options) : stream(source, options));
  } finally {
    await source.close();
  }
}

async function open(options: FleetOptions): Promise<FleetSource> {
  const { prometheus, match, host: hosts = [], remoteCommand = 'warpwatch' } = options;
  const { recording, interval, once = false } = options;
  if (prometheus !== undefined) {
    const { openPrometheusFleet } = await import('./prometheus-fleet.ts');
    return openPrometheusFleet({ url: prometheus, match, intervalMs: interval * 1e3 });
  }
  const { openSshFleet } = await import('./ssh/ssh-fleet.ts');
  return openSshFleet({ hosts, remoteCommand, recording, intervalSeconds: interval, once });
}

async function once(source: FleetSource, { json }: FleetOptions): Promise<number> {
  const signal = await Promise.race([source.firstLook, firstSignal(firstLookMs)]);
  if (typeof signal === 'string') return signalExitCodes[signal];
  if (json) printJson(source);
  else printPlain(source, mostOnce);
  const { members } = source.moment(null);
  return members.some(({ condition }) => condition === 'up') ? exitCodes.ok : exitCodes.noSource;
}

async function stream(source: FleetSource, { json, interval }: FleetOptions): Promise<number> {
  const startMs = performance.now();
  const screen = canDrawScreen(process.stdin, process.stdout, process.env);
  const { signal } = await watch({
    poll: (asked = nothingAsked) =>
      fleetSnapshot(source.moment(asked.host), asked, (performance.now() - startMs) / 1e3),
    intervalMs: interval * 1e3,
    ...(json ? { plain: { intervalMs: 0, print: () => printJson(source) } } : {}),
    ...(json || screen
      ? {}
      : { plain: { intervalMs: plainIntervalMs, print: () => printPlain(source, mostStreamed) } }),
  });
  return signal === null ? 0 : signalExitCodes[signal];
}

/** The first signal that comes, so that what was started is ended before this process; null where none comes in time. */
function firstSignal(limitMs: number): Promise<Signal | null> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, limitMs, null);
    late.unref();
    for (const signal of signals) process.once(signal, () => resolve(signal));
  });
}

function printJson(source: FleetSource): void {
  const moment = source.moment(null);
  process.stdout.write(jsonLine(fleetJson(moment, fleetView(moment, null))));
}

function printPlain(source: FleetSource, most: number): void {
  process.stdout.write(`${plainFleet(fleetView(source.moment(null), null), most).join('\n')}\n`);
}
