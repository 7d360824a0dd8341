/** What watching costs: the dashboard's process while it follows a training on this machine, in a real terminal. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cliFile, until } from '../test/support/cli.ts';
import { temporaryDirectory } from '../test/support/temporary.ts';
import { cpuSeconds, peakMegabytes } from './processes.ts';
import type { Row } from './row.ts';

const sizes = [
  [80, 24],
  [160, 45],
] as const;
const settleSeconds = 8;
const measuredSeconds = 20;
const mostCpu = 0.03;
const mostMegabytes = 90;

export async function dashboardBenchmarks(): Promise<Row[]> {
  if (spawnSync('tmux', ['-V']).status !== 0 || !existsSync('/proc/self/stat')) return [];
  const rows: Row[] = [];
  for (const [width, height] of sizes) rows.push(...(await measure(width, height)));
  return rows;
}

async function measure(width: number, height: number): Promise<Row[]> {
  const directory = temporaryDirectory();
  const session = `warpwatch-bench-${process.pid}`;
  const seconds = settleSeconds + measuredSeconds + 10;
  const command = [
    process.execPath,
    cliFile,
    'train',
    'resnet',
    '--seconds',
    String(seconds),
    '--record',
    join(directory, 'run'),
  ];
  execFileSync('tmux', [
    'new-session',
    '-d',
    '-s',
    session,
    '-x',
    String(width),
    '-y',
    String(height),
    ...command,
  ]);
  try {
    const pid = execFileSync('tmux', ['list-panes', '-t', session, '-F', '#{pane_pid}'], {
      encoding: 'utf8',
    }).trim();
    const screen = () => execFileSync('tmux', ['capture-pane', '-p', '-t', session], { encoding: 'utf8' });
    await until(() => screen().includes('running'), 'the training to run');
    await sleep(settleSeconds);
    const before = cpuSeconds(pid);
    await sleep(measuredSeconds);
    const share = (cpuSeconds(pid) - before) / measuredSeconds;
    const megabytes = peakMegabytes(pid);
    const note = `${width}x${height}, 2 Hz, following ResNet-20 on all cores, ${measuredSeconds} s`;
    return [
      {
        name: 'dashboard: share of a core',
        value: share * 100,
        unit: '%',
        target: '≤ 3',
        holds: share <= mostCpu,
        note,
      },
      {
        name: 'dashboard: peak memory',
        value: megabytes,
        unit: 'MiB',
        target: `≤ ${mostMegabytes}`,
        holds: megabytes <= mostMegabytes,
        note,
      },
    ];
  } finally {
    spawnSync('tmux', ['kill-session', '-t', session]);
  }
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1e3));
}
