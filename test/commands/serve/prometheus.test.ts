import { setTimeout as delay } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cliFile, until, warpwatch } from '../../support/cli.ts';
import { fakeNvmlEnvironment, rewriteScript } from '../../support/fake-nvml.ts';
import { askedExpressions, metricsIn, promtool, readGrafanaFile } from '../../support/grafana.ts';
import { needs } from '../../support/needs.ts';
import {
  type RaisedAlert,
  type RunningPrometheus,
  type ScrapedTarget,
  startPrometheus,
} from '../../support/prometheus.ts';
import { writeRuns } from '../../support/served-runs.ts';
import { spawnBound } from '../../support/spawn-bound.ts';

const test = suite('a real Prometheus over two hosts');
const withPrometheus = needs('prometheus', test);

const gpu = ['gpu', 'name NVIDIA H200', 'util 97', 'fan 30'];
/** Of which the first is full by util alone. */
const twoGpus = [...gpu, 'gpm 2 21', ...gpu, 'gpm 2 83', ''].join('\n');
const oneGpu = [...gpu, 'uuid GPU-000000b0-0000-4000-8000-000000000000', 'gpm 2 83', ''].join('\n');

interface Host {
  readonly child: ReturnType<typeof spawnBound>;
  readonly script: string;
  readonly address: string;
}
let a: Host;
let b: Host;
let prometheus: RunningPrometheus;

/** A host that serves what its scripted driver shows. */
async function startHost(name: string, script: string, words: readonly string[] = []): Promise<Host> {
  const driver = fakeNvmlEnvironment(script);
  const serve = ['serve', '--listen', '127.0.0.1:0', '--hostname', name, '--interval', '0.5', ...words];
  const child = spawnBound(process.execPath, [cliFile, ...serve], { ...process.env, ...driver.env });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const served = () => /http:\/\/([\d.:]+)\/metrics/.exec(said)?.[1];
  await until(() => served() !== undefined || child.exitCode !== null, `the address of ${name}`);
  const address = served();
  if (address === undefined) throw new Error(`${name} serves nothing: ${said}`);
  return { child, script: driver.script, address };
}

/** The rules as they are shipped, but for how long something must hold. */
function impatientRules(): string {
  return readGrafanaFile('alerts.yml')
    .replaceAll(/for: \d+m/g, 'for: 1s')
    .replaceAll('[2m]', '[3s]');
}

/** Alerts that fire, by their labels; waits until there are any of this name. */
async function firing(name: string): Promise<RaisedAlert[]> {
  const end = performance.now() + 20_000;
  while (true) {
    const alerts = await prometheus.alerts();
    const own = alerts.filter(({ labels, state }) => labels['alertname'] === name && state === 'firing');
    if (own.length > 0 || performance.now() > end) return own;
    await delay(100);
  }
}

/** Not before all tests, which may be skipped. */
async function start(): Promise<void> {
  [a, b] = await Promise.all([
    startHost('a', twoGpus, ['--runs', await writeRuns()]),
    startHost('b', oneGpu),
  ]);
  prometheus = await startPrometheus({
    jobs: { warpwatch: [a.address, b.address] },
    rules: [impatientRules()],
  });
}

test.after(async () => {
  for (const host of [a, b]) host?.child.kill();
  await prometheus?.close();
});

withPrometheus('nothing is to be said of a page', async () => {
  await start();
  for (const { address } of [a, b]) {
    const page = await fetch(`http://${address}/metrics`);
    assert.equal(promtool(['check', 'metrics'], await page.text()), { code: 0, output: '' });
  }
});

withPrometheus('scrapes them without an error, as OpenMetrics', async () => {
  const end = performance.now() + 20_000;
  let targets: readonly ScrapedTarget[] = [];
  while (performance.now() < end) {
    targets = await prometheus.targets();
    if (targets.length > 0 && targets.every(({ health }) => health !== 'unknown')) break;
    await delay(100);
  }
  assert.equal(
    targets.map(({ health, lastError }) => [health, lastError]),
    [
      ['up', ''],
      ['up', ''],
    ],
  );
  const energy = (await prometheus.metadata()).filter(({ metric }) => metric.includes('energy_joules'));
  // Plain text would have the `_total` of its samples in the name of the family as well.
  assert.equal(
    [...new Set(energy.map(({ metric, type }) => `${metric} ${type}`))],
    ['warpwatch_gpu_energy_joules counter'],
  );
});

withPrometheus('top shows both hosts, the one with the widest gap first', async () => {
  const top = ['top', '--prometheus', prometheus.url, '--once'];
  const [plain, json] = await Promise.all([warpwatch(top), warpwatch([...top, '--json'])]);
  assert.is(plain.stderr, '');
  const [first = '', second = ''] = plain.stdout.split('\n');
  assert.match(first, /^a .*2 GPUs.*util 97% smActive 52% gap 45%/);
  assert.match(second, /^b .*1 GPU .*util 97% smActive 83% gap 14%/);
  const hosts: { host: string; gpus: number; gap: { value: number } }[] = JSON.parse(json.stdout).hosts;
  assert.equal(
    hosts.map(({ host, gpus, gap }) => [host, gpus, gap.value.toFixed(2)]),
    [
      ['a', 2, '0.45'],
      ['b', 1, '0.14'],
    ],
  );
});

withPrometheus('alerts fire of what is wrong, and of nothing else', async () => {
  const wrong = [
    ['HighUtilLowSmActive', { host: 'a', gpu: '0' }],
    ['InputBound', { host: 'a', run: 'alone' }],
    ['StragglingRank', { host: 'a', run: 'pair', rank: '1' }],
    ['LossNotFinite', { host: 'a', run: 'alone' }],
  ] as const;
  for (const [name, labels] of wrong) {
    const alerts = await firing(name);
    assert.equal(
      alerts.map((alert) => pick(alert.labels, labels)),
      [labels],
      name,
    );
  }
  const [alert] = await firing('HighUtilLowSmActive');
  assert.match(alert?.annotations['description'] ?? '', 'on the SMs for 21% of their time');
  // On a busy machine a scrape may come too late: that is no news of a GPU.
  const expected = [...wrong.map(([name]) => name), 'WatcherDown'];
  const others = (await prometheus.alerts())
    .map(({ labels }) => labels['alertname'] ?? '')
    .filter((name) => !expected.includes(name));
  assert.equal(others, []);
});

withPrometheus('an XID and a lost GPU are told as they come', async () => {
  rewriteScript(a.script, twoGpus.replace(/\n$/, '\nlost\n'));
  rewriteScript(b.script, `${oneGpu}xid 79 after-ms 0\n`);
  const [xid, ...moreXids] = await firing('XidError');
  assert.equal(moreXids, []);
  assert.is(xid?.annotations['summary'], 'The driver of b reports XID 79 of GPU 0');
  const [lost, ...moreLost] = await firing('GpuLost');
  assert.equal(moreLost, []);
  assert.is(lost?.annotations['summary'], 'GPU 1 of a does not answer');
});

withPrometheus(
  'every panel has an answer, but those of launches, since the recorded program has come to rest',
  async () => {
    const expected = [
      'warpwatch_gpu_kernel_occupancy_ratio',
      'warpwatch_gpu_peak_share_ratio',
      'warpwatch_gpu_flops_per_second',
    ];
    const end = performance.now() + 10_000;
    let silent = await silentMetrics();
    while (silent.length > expected.length && performance.now() < end) silent = await silentMetrics();
    assert.equal(silent, expected);
    assert.equal([...new Set((await prometheus.rules()).map(({ health }) => health))], ['ok']);
  },
);

withPrometheus('a host that is gone is missed', async () => {
  b.child.kill();
  const alerts = await firing('WatcherDown');
  assert.equal(
    alerts.map(({ labels }) => labels['instance']),
    [b.address],
  );
});

/** Metrics of expressions that have no answer now. */
async function silentMetrics(): Promise<string[]> {
  const silent: string[] = [];
  for (const { expr } of askedExpressions()) {
    if ((await prometheus.query(expr)).length === 0) silent.push(...metricsIn(expr));
  }
  return silent;
}

/** Those of the labels that are expected. */
function pick(labels: Readonly<Record<string, string>>, expected: object): object {
  return Object.fromEntries(Object.keys(expected).map((name) => [name, labels[name]]));
}

test.run();
