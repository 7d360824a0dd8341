import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Finish } from './command.ts';
import { parseInterval } from './interval.ts';
import { healthRoutes } from './serve/health-route.ts';
import { indexRoute } from './serve/index-route.ts';
import { addressText, type ListenAddress, parseListenAddress } from './serve/listen-address.ts';
import { liveRoutes } from './serve/live-routes.ts';
import { metricsRoute } from './serve/metrics-route.ts';
import { startOtlp } from './serve/otlp.ts';
import type { Route, Served } from './serve/route.ts';
import { lookMs, openServed } from './serve/served.ts';
import { type RunningServer, startServer } from './serve/server.ts';
import { tellSourceTroubles } from './serve/source-troubles.ts';
import { TroubleLog } from './serve/trouble-log.ts';
import type { WebConfigFile } from './serve/web-config/file.ts';
import { tuneForWatching } from './top/engine.ts';
import { warpwatchVersion } from './version.ts';
import { type Signal, signalExitCodes } from './watch.ts';

interface ServeOptions {
  readonly listen: ListenAddress;
  readonly interval: number;
  readonly webConfig?: string;
  readonly recording?: string;
  readonly runs?: string;
  readonly web?: true;
  readonly webCommands?: true;
  readonly otlp?: string;
  readonly otlpInterval: number;
  readonly hostname?: string;
  readonly dcgm?: string;
}

const defaultAddress: ListenAddress = { host: '127.0.0.1', port: 9847 };

/** `serve`: the figures of this machine, or of a recording, over HTTP. */
export function declare(command: Command, _words: readonly string[], finish: Finish): void {
  command
    .addOption(
      new Option('--listen <address:port>', 'where to listen; ":9847" for every address of this machine')
        .default(defaultAddress, addressText(defaultAddress))
        .argParser(parseListen),
    )
    .option('--interval <seconds>', 'time between two looks', parseInterval, 1)
    .option(
      '--web-config <file>',
      "certificates and passwords, in the form of Prometheus's web configuration",
    )
    .option('--recording <path>', 'serve a recording that another process writes')
    .option('--runs <directory>', 'also serve the recordings below it that are being written')
    .option('--web', 'also serve a live page')
    .option('--web-commands', 'show whole command lines of processes on it, which may hold passwords')
    .option('--otlp <url>', 'also send the metrics to an OpenTelemetry collector')
    .option('--otlp-interval <seconds>', 'time between two sendings', parseInterval, 15)
    .option('--hostname <name>', 'the label host; without it the name of this machine', parseHostname)
    .option('--dcgm <url or file>', 'a dcgm-exporter page, for counters of GPUs before Hopper')
    .addHelpText(
      'before',
      'Examples:\n  warpwatch serve\n  warpwatch serve --web\n  warpwatch serve --listen :9847 --web-config web-config.yml\n' +
        '  warpwatch serve --runs runs --otlp http://localhost:4318\n',
    )
    .action((options: ServeOptions) => serve(options, finish));
}

async function serve(options: ServeOptions, finish: Finish): Promise<void> {
  tuneForWatching();
  // Whoever read what is told may have gone; that must not end it for those who are served.
  process.stderr.on('error', () => undefined);
  const webConfig = options.webConfig === undefined ? null : await readWebConfig(options.webConfig);
  const served = await openServed({
    recording: options.recording,
    runs: options.runs,
    intervalMs: options.interval * 1e3,
    settings: options.dcgm === undefined ? {} : { dcgm: options.dcgm },
    hostname: options.hostname,
    tell,
  });
  try {
    const log = new TroubleLog(tell);
    const routes = routesOf(served, options, log);
    const otlp = await otlpOf(served, options);
    const server = await startServer({ address: options.listen, routes, log, webConfig });
    tell(
      `Serving ${server.url}/metrics of ${options.recording ?? 'this machine'}, and ${server.url}/healthz.`,
    );
    if (options.web) tell(`The live page is ${server.url}/.`);
    tellExposure(server, webConfig);
    served.firstLook.finally(() => tellSourceTroubles(served, tell)).catch(() => undefined);
    finish(signalExitCodes[await nextSignal()]);
    await Promise.all([server.close(), otlp?.close()]);
  } finally {
    if (await served.close()) finish.withHangingCall();
  }
}

/** The reader of YAML takes 8 MB, which a server without such a file does without. */
async function readWebConfig(path: string): Promise<WebConfigFile> {
  const { WebConfigFile } = await import('./serve/web-config/file.ts');
  return new WebConfigFile(path, tell);
}

async function otlpOf(served: Served, { otlp, otlpInterval }: ServeOptions) {
  if (otlp === undefined) return null;
  return startOtlp({ url: otlp, intervalMs: otlpInterval * 1e3, served, tell });
}

/** Every address of the server. */
function routesOf(served: Served, options: ServeOptions, log: TroubleLog): readonly Route[] {
  const version = warpwatchVersion();
  return [
    metricsRoute(served),
    ...healthRoutes(served, { version, log }),
    ...(options.web
      ? liveRoutes(served, {
          version,
          intervalMs: lookMs(options.interval * 1e3),
          log,
          commands: options.webCommands === true,
        })
      : [indexRoute(version)]),
  ];
}

/** What whoever listens beyond this machine should know. */
function tellExposure(server: RunningServer, webConfig: WebConfigFile | null): void {
  if (server.loopback) return;
  const { users, tls } = webConfig?.current ?? { users: new Map(), tls: null };
  if (users.size === 0 && !tls?.clientAuth.required)
    tell('Whoever reaches this port can read it; --web-config asks for a password.');
  else if (tls === null)
    tell('Passwords cross the network in clear: add tls_server_config to the web-config file.');
}

/** The first signal; a second one of its kind ends the process as if nobody listened. */
function nextSignal(): Promise<Signal> {
  const signals: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve(signal));
  });
}

function tell(sentence: string): void {
  process.stderr.write(`warpwatch: ${sentence}\n`);
}

function parseListen(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address === null)
    throw new InvalidArgumentError(
      'It takes an address and a port, such as 127.0.0.1:9847, [::1]:9847 or :9847.',
    );
  return address;
}

function parseHostname(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It takes a name, not nothing.');
  return text.trim();
}
