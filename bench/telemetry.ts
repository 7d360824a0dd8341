/**
 * What watching GPUs costs, on a made-up driver library with eight GPUs (`test/support/fake-nvml`), beside nvtop, nvitop
 * and gpustat where they are installed: the same library, interval and terminal, one after the other in turn.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cliFile } from '../test/support/cli.ts';
import { eightGpus, fakeNvmlEnvironment } from '../test/support/fake-nvml.ts';
import { temporaryDirectory } from '../test/support/temporary.ts';
import { openPane } from '../test/support/tmux.ts';
import { cpuSeconds, descendant, isInstalled, peakMegabytes } from './processes.ts';
import { median, type Row } from './row.ts';
import { hourRows } from './telemetry-hour.ts';

const rounds = 3;
const settleSeconds = 4;
const measuredSeconds = 10;
const onceRounds = 15;
const size = { width: 160, height: 45 } as const;

let panes = 0;

interface Watcher {
  readonly name: string;
  /** Part of the command line by which its process is found. */
  readonly process: string;
  readonly command: string;
}

const top: Watcher = {
  name: 'warpwatch top',
  process: 'cli.js',
  command: `${process.execPath} ${cliFile} top --interval 1`,
};
const peers: readonly Watcher[] = [
  { name: 'nvtop', process: 'nvtop', command: 'nvtop -d 10' },
  { name: 'nvitop', process: 'nvitop', command: 'nvitop --interval 1' },
  { name: 'gpustat', process: 'gpustat', command: 'gpustat -i 1' },
];
/** Times of each that the peer's share of a core may be ours. */
const limits: Readonly<Record<string, number>> = { nvtop: 3, nvitop: 1 };

export async function telemetryBenchmarks(): Promise<Row[]> {
  if (!isInstalled('tmux') || !isInstalled('cc') || !existsSync('/proc/self/stat')) return [];
  const { env } = fakeNvmlEnvironment(eightGpus());
  return [...(await watchers(env)), await tenHertz(env), ...onceRows(env), ...hourRows()];
}

async function watchers(env: Readonly<Record<string, string>>): Promise<Row[]> {
  const measured = [top, ...peers.filter(({ process: program }) => isInstalled(program))];
  const shares = new Map<string, number[]>();
  const memory = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    for (const watcher of measured) {
      const { share, megabytes } = await watch(watcher, env);
      shares.set(watcher.name, [...(shares.get(watcher.name) ?? []), share]);
      memory.set(watcher.name, Math.max(memory.get(watcher.name) ?? 0, megabytes));
    }
  }
  const shareOf = (name: string): number => median(shares.get(name) ?? []);
  const note = `8 GPUs at 1 s, ${size.width}x${size.height}, median of ${rounds} x ${measuredSeconds} s in turn`;
  const mostMegabytes = 80;
  const own = memory.get(top.name) ?? Number.NaN;
  return [
    { name: 'top: share of a core', value: shareOf(top.name) * 100, unit: '%', note },
    {
      name: 'top: peak memory',
      value: own,
      unit: 'MiB',
      target: `≤ ${mostMegabytes}`,
      holds: own <= mostMegabytes,
    },
    ...measured.slice(1).flatMap(({ name }): Row[] => {
      const ratio = shareOf(top.name) / shareOf(name);
      const limit = limits[name];
      return [
        { name: `${name}: share of a core`, value: shareOf(name) * 100, unit: '%', note },
        { name: `${name}: peak memory`, value: memory.get(name) ?? Number.NaN, unit: 'MiB' },
        {
          name: `top over ${name}`,
          value: ratio,
          unit: 'times its CPU',
          ...(limit === undefined ? {} : { target: `≤ ${limit}`, holds: ratio <= limit }),
        },
      ];
    }),
  ];
}

async function watch(
  watcher: Watcher,
  env: Readonly<Record<string, string>>,
): Promise<{ share: number; megabytes: number }> {
  // A server of its own each time: the one before may not be gone yet.
  const pane = openPane(`bench-${panes++}`, size.width, size.height);
  try {
    const settings = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
    pane.run(`env ${settings.join(' ')} ${watcher.command}`);
    await delay(settleSeconds * 1e3);
    const pid = descendant(pane.ask('#{pane_pid}'), watcher.process);
    const before = cpuSeconds(pid);
    const start = performance.now();
    await delay(measuredSeconds * 1e3);
    const share = (cpuSeconds(pid) - before) / ((performance.now() - start) / 1e3);
    return { share, megabytes: peakMegabytes(pid) };
  } finally {
    pane.close();
  }
}

async function tenHertz(env: Readonly<Record<string, string>>): Promise<Row> {
  const words = ['top', '--interval', '0.1', '--record', join(temporaryDirectory(), 'run')];
  const child = spawn(process.execPath, [cliFile, ...words], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  const pid = String(child.pid);
  await delay(settleSeconds * 1e3);
  const before = cpuSeconds(pid);
  const start = performance.now();
  await delay(2 * measuredSeconds * 1e3);
  const share = (cpuSeconds(pid) - before) / ((performance.now() - start) / 1e3);
  child.kill('SIGTERM');
  const most = 0.03;
  return {
    name: '10 Hz sampling of 8 GPUs with recording: share of a core',
    value: share * 100,
    unit: '%',
    target: '≤ 3',
    holds: share <= most,
    note: 'without a screen',
  };
}

/** A counter is a difference of two samples 0.1 s apart, which no start can be faster than: so it is CPU time that is held. */
function onceRows(env: Readonly<Record<string, string>>): Row[] {
  const ratios: number[] = [];
  const wallMs: number[] = [];
  for (let round = 0; round < onceRounds; round++) {
    const node = run(['-e', '0'], env);
    const once = run([cliFile, 'top', '--once', '--json'], env);
    ratios.push(once.cpu / node.cpu);
    wallMs.push(once.wallMs - node.wallMs);
  }
  const ratio = median(ratios);
  const most = 2;
  return [
    {
      name: 'top --once --json: CPU time over that of node -e 0',
      value: ratio,
      unit: 'times',
      target: `≤ ${most}`,
      holds: ratio <= most,
      note: `median of ${onceRounds} pairs in alternation`,
    },
    {
      name: 'top --once --json: time beyond node -e 0',
      value: median(wallMs),
      unit: 'ms',
      note: 'of which 100 ms lie between the two samples of a counter',
    },
  ];
}

function run(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): { cpu: number; wallMs: number } {
  // Node does not tell what a child took; the shell does by `times`.
  const start = performance.now();
  const { stdout } = spawnSync('sh', ['-c', '"$0" "$@" > /dev/null; times', process.execPath, ...words], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  const wallMs = performance.now() - start;
  const [user = '', system = ''] = (stdout.trim().split('\n').at(-1) ?? '').split(' ');
  return { cpu: secondsOf(user) + secondsOf(system), wallMs };
}

/** `0m1.234s` of the shell's `times`. */
function secondsOf(text: string): number {
  const [, minutes, seconds] = /(\d+)m([\d.]+)s/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}
