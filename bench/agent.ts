/** What recording the kernels of a program costs it, and a dashboard that follows: over the made-up CUDA of the tests. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { screenIntervalMs } from '../src/commands/run/show.ts';
import { RecordingReader } from '../src/recording/reader.ts';
import { cliFile, finish, startWarpwatch, until } from '../test/support/cli.ts';
import { buildFakeCuda, device, type Trained, train, writeScript } from '../test/support/fake-cupti.ts';
import { countActivity } from '../test/support/recordings.ts';
import { temporaryDirectory } from '../test/support/temporary.ts';
import { cpuSeconds, isInstalled } from './processes.ts';
import { median, type Row } from './row.ts';

const records = 5_000_000;
const mostCpuNs = 60;
const leastRate = 5e6;
const mostMegabytes = 48;
const dashboardRate = 100_000;
const mostDashboard = 0.1;
const mostLagSeconds = 0.5;
const settleSeconds = 5;
const measuredSeconds = 15;

export async function agentBenchmarks(): Promise<Row[]> {
  if (!isInstalled('cc')) return [];
  return [...recordingRows(), ...(isInstalled('tmux') ? [await dashboardRow()] : []), await lagRow()];
}

/** What the program's last line says of a run at full tilt. */
interface Tilted {
  readonly madeNs: number;
  readonly clientCpuNs: number;
  readonly peakKiB: number;
}

function tilt(count: number, rate: number, env: Record<string, string> = {}): Tilted & { trained: Trained } {
  const trained = train([device, 'init', `tilt ${count} ${rate} 100 64`], { env });
  const last: Tilted = JSON.parse(trained.stdout.trimEnd().split('\n').at(-1) ?? '');
  return { ...last, trained };
}

function recordingRows(): Row[] {
  const runs = [1, 2, 3, 4, 5].map(() => tilt(records, leastRate));
  const lost = runs.map(({ trained }) => records - countActivity(trained.timeline));
  const cpuNs = median(runs.map(({ clientCpuNs }) => clientCpuNs / records));
  const rate = median(runs.map(({ madeNs }) => records / (madeNs / 1e9)));
  const full = tilt(records, 0);
  const without = tilt(records, 0, { WARPWATCH_RECORDING: '' });
  const megabytes = (Math.max(full.peakKiB, ...runs.map(({ peakKiB }) => peakKiB)) - without.peakKiB) / 1024;
  return [
    {
      name: 'agent: processor time of a kernel record',
      value: cpuNs,
      unit: 'ns',
      target: `≤ ${mostCpuNs}`,
      holds: cpuNs <= mostCpuNs,
      note: `all of the agent’s in the program, median of 5 runs of ${records / 1e6} million at ${leastRate / 1e6} million/s`,
    },
    {
      name: 'agent: kernel records a second through to a reader',
      value: rate / 1e6,
      unit: 'million/s',
      target: `≥ ${leastRate / 1e6}`,
      holds: rate >= leastRate * 0.99 && lost.every((count) => count === 0),
      note: `${lost.join(', ')} lost`,
    },
    {
      name: 'agent: memory in the program',
      value: megabytes,
      unit: 'MB',
      target: `≤ ${mostMegabytes}`,
      holds: megabytes <= mostMegabytes,
      note: 'peak with the agent less peak without, at full tilt, all buffers in use',
    },
  ];
}

/** A program that launches for as long as the measurement takes. */
function steadyScript(): string {
  const count = dashboardRate * (settleSeconds + measuredSeconds + 10);
  return writeScript([device, 'init', `tilt ${count} ${dashboardRate} 5000 200`]);
}

async function dashboardRow(): Promise<Row> {
  const session = `warpwatch-agent-${process.pid}`;
  const { trainer, libcupti } = buildFakeCuda();
  const out = join(temporaryDirectory(), 'run');
  const words = [process.execPath, cliFile, 'run', '--watch', '--out', out, '--', trainer, steadyScript()];
  const size = ['-x', '160', '-y', '45', '-e', `WARPWATCH_LIBCUPTI=${libcupti}`];
  execFileSync('tmux', ['new-session', '-d', '-s', session, ...size, ...words]);
  try {
    const panes = ['list-panes', '-t', session, '-F', '#{pane_pid}'];
    const pid = execFileSync('tmux', panes, { encoding: 'utf8' }).trim();
    const screen = () => execFileSync('tmux', ['capture-pane', '-p', '-t', session], { encoding: 'utf8' });
    await until(() => screen().includes('tilt_kernel'), 'kernels on the screen');
    await sleep(settleSeconds);
    const before = cpuSeconds(pid);
    await sleep(measuredSeconds);
    const share = (cpuSeconds(pid) - before) / measuredSeconds;
    return {
      name: 'dashboard on 100,000 kernels a second: share of a core',
      value: share * 100,
      unit: '%',
      target: `≤ ${mostDashboard * 100}`,
      holds: share <= mostDashboard,
      note: `run --watch at 160x45, collectors included, ${measuredSeconds} s`,
    };
  } finally {
    spawnSync('tmux', ['kill-session', '-t', session]);
  }
}

/** How old the newest kernel is that a reader has, at moments that have nothing to do with the writer's. */
async function lagRow(): Promise<Row> {
  const { trainer, libcupti } = buildFakeCuda();
  const out = join(temporaryDirectory(), 'run');
  const script = writeScript([device, 'init', `tilt ${dashboardRate * 8} ${dashboardRate} 5000 200`]);
  const child = startWarpwatch(['run', '--out', out, '--', trainer, script], {
    env: { ...process.env, WARPWATCH_LIBCUPTI: libcupti },
  });
  const ended = finish(child);
  await until(
    () => existsSync(out) && readdirSync(out).some((file) => file.startsWith('cupti-')),
    'a stream',
  );
  const reader = new RecordingReader(out);
  const lags: number[] = [];
  await sleep(1.5);
  for (let look = 0; look < 100; look++) {
    while (reader.poll());
    const last = reader.timeline.activity.at(-1);
    const at = (last?.count ?? 0) - 1;
    const newestNs = (last?.startNs[at] ?? 0) + (last?.durationNs[at] ?? 0);
    const { clockNs } = reader.manifest.clock;
    lags.push((Number(process.hrtime.bigint() - clockNs) - newestNs) / 1e9);
    await sleep(0.037);
  }
  reader.close();
  await ended;
  lags.sort((a, b) => a - b);
  const p95 = lags[Math.floor(lags.length * 0.95)] ?? Number.NaN;
  const lag = p95 + screenIntervalMs / 1e3;
  return {
    name: 'dashboard on 100,000 kernels a second: lag of the screen',
    value: lag,
    unit: 's',
    target: `≤ ${mostLagSeconds}`,
    holds: lag <= mostLagSeconds,
    note: `age of the newest kernel at p95 of ${lags.length} looks, ${p95.toFixed(3)} s (median ${median(lags).toFixed(3)} s), and the time between two drawings`,
  };
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1e3));
}
