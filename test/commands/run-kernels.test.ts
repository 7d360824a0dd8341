import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRecording } from '../../src/recording/reader.ts';
import type { Report } from '../../src/report/report.ts';
import { cliFile, finish, startWarpwatch, until, warpwatch } from '../support/cli.ts';
import { buildFakeCuda, device, writeScript } from '../support/fake-cupti.ts';
import { needs } from '../support/needs.ts';
import { countActivity } from '../support/recordings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('run: kernels');
const withCompiler = needs('cc', test);
const ms = 1e6;

/** Kernels whose occupancy on compute capability 9.0 is worked out by hand, and some of all else. */
const script = [
  device,
  'init',
  // 64 registers: 4 blocks of 8 warps an SM, half of its 64; 528 blocks are one wave.
  'repeat 100 1000000',
  `kernel ${1 * ms} 500000 0 7 528 1 1 256 1 1 64 0 0 void gemm<float>(int)`,
  // 32 registers and 4 warps: 16 blocks, all 64 warps; two waves.
  'repeat 50 2000000',
  `kernel ${1.6 * ms} 200000 0 7 4224 1 1 128 1 1 32 0 0 elementwise`,
  // 48 KiB, and 1 KiB that the system takes: 4 of 228 KiB; a quarter of a wave.
  `kernel ${200 * ms} 1000000 0 9 132 1 1 256 1 1 32 0 49152 shared_memory_hog`,
  `copy ${210 * ms} 1000000 0 14 1 4194304`,
  `fill ${220 * ms} 500000 0 7 1024`,
  `range ${1 * ms} ${101 * ms} 77 step 1`,
  `range ${101 * ms} ${201 * ms} 77 step 2`,
  `range ${5 * ms} ${25 * ms} 77 forward`,
  `mark ${50 * ms} loss=2.5 samples=32`,
  `mark ${150 * ms} loss=1.5 samples=32`,
  `until ${300 * ms}`,
];

function fakeEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, WARPWATCH_LIBCUPTI: buildFakeCuda().libcupti };
}

async function recorded(options: readonly string[] = []): Promise<{ out: string; stderr: string }> {
  const out = join(temporaryDirectory(), 'run');
  const words = ['run', '--out', out, ...options, '--', buildFakeCuda().trainer, writeScript(script)];
  const { code, stderr } = await warpwatch(words, { env: fakeEnvironment() });
  assert.is(code, 0, stderr);
  return { out, stderr };
}

function agentStream(directory: string): string | undefined {
  return existsSync(directory) ? readdirSync(directory).find((file) => file.startsWith('cupti-')) : undefined;
}

async function reportOf(directory: string): Promise<Report> {
  const { code, stdout, stderr } = await warpwatch(['report', directory, '--json']);
  assert.is(code, 0, stderr);
  return JSON.parse(stdout);
}

withCompiler(
  'report --json has exactly the counts, times and occupancies that the script dictates',
  async () => {
    const { out, stderr } = await recorded();
    assert.match(stderr, 'gemm');
    const report = await reportOf(out);
    const gpu = report.devices.find(({ id }) => id === 'gpu0');
    assert.equal([gpu?.kernels, gpu?.memcpys, gpu?.memsets], [151, 1, 1]);
    // 100 × 0.5 ms, 50 × 0.2 ms, 1 ms; none overlaps another.
    assert.is(gpu?.kernelSeconds, 0.061);
    // From the first kernel at 1 ms to the fill's end at 220.5 ms.
    assert.is(gpu?.window?.seconds, 0.2195);
    assert.equal(gpu?.kernelBusy, { value: 61 / 219.5, from: 'launches' });
    assert.equal(gpu?.gpuBusy, { value: 62.5 / 219.5, from: 'launches' });
    assert.equal(gpu?.recorded, { how: 'throughout', windows: null, seconds: 0.2195 });
    assert.equal(
      report.topKernels.map((kernel) => [
        kernel.name,
        kernel.calls,
        kernel.totalSeconds,
        kernel.grid,
        kernel.registers,
        kernel.sharedBytes,
        kernel.occupancy.value,
        kernel.limitedBy,
        kernel.wavesPerSm,
      ]),
      [
        ['void gemm<float>(int)', 100, 0.05, [528, 1, 1], 64, 0, 0.5, 'registers', 1],
        ['elementwise', 50, 0.01, [4224, 1, 1], 32, 0, 1, 'warps', 2],
        ['shared_memory_hog', 1, 0.001, [132, 1, 1], 32, 49_152, 0.125, 'shared memory', 0.25],
      ],
    );
    assert.equal(
      [report.steps.count, report.steps.meanSeconds, report.training.firstLoss, report.training.lastLoss],
      [2, 0.1, 2.5, 1.5],
    );
    assert.equal(
      report.ranges.map(({ name, calls, totalSeconds }) => [name, calls, totalSeconds]),
      [['forward', 1, 0.02]],
    );
    assert.equal(report.loss, { dropped: 0, unfinished: 0, outOfRange: 0 });
    assert.equal(report.damage, []);
  },
);

withCompiler('--kernels summary keeps counts and times, and no single execution', async () => {
  const { out } = await recorded(['--kernels', 'summary']);
  const report = await reportOf(out);
  assert.equal(
    report.topKernels.map(({ name, calls, totalSeconds, occupancy }) => [
      name,
      calls,
      totalSeconds,
      occupancy.value,
    ]),
    [
      ['void gemm<float>(int)', 100, 0.05, 0.5],
      ['elementwise', 50, 0.01, 1],
      ['shared_memory_hog', 1, 0.001, 0.125],
    ],
  );
  assert.is(report.devices.find(({ id }) => id === 'gpu0')?.recorded.how, 'summary');
  assert.is(countActivity(readRecording(out)), 0);
});

withCompiler('the processes of run --json have their kernels', async () => {
  const out = join(temporaryDirectory(), 'run');
  const words = ['run', '--json', '--out', out, '--', buildFakeCuda().trainer, writeScript(script)];
  const { code, stdout } = await warpwatch(words, { env: fakeEnvironment() });
  assert.is(code, 0);
  const { processes } = JSON.parse(stdout);
  assert.equal(
    processes.map((one: { program: string; kernels: boolean; why: string }) => [one.kernels, one.why]),
    [[true, '']],
  );
});

withCompiler('hundreds of short processes are a recording that few open files read', async () => {
  const out = join(temporaryDirectory(), 'run');
  const short = writeScript([device, 'init', `kernel ${ms} 500 0 7 1 1 1 32 1 1 16 0 0 k`]);
  const loop = 'for i in $(seq 300); do "$0" "$1" > /dev/null; done';
  const words = ['run', '--out', out, '--', 'sh', '-c', loop, buildFakeCuda().trainer, short];
  assert.is((await warpwatch(words, { env: fakeEnvironment() })).code, 0);
  const limited = spawnSync(
    'bash',
    ['-c', 'ulimit -n 128; exec "$0" "$@"', process.execPath, cliFile, 'report', out, '--json'],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    },
  );
  assert.is(limited.status, 0, limited.stderr);
  const report: Report = JSON.parse(limited.stdout);
  assert.equal(
    report.topKernels.map(({ name, calls }) => [name, calls]),
    [['k', 300]],
  );
  assert.equal(report.damage, []);
});

withCompiler('SIGKILL of warpwatch itself ends neither the program nor its recording', async () => {
  const out = join(temporaryDirectory(), 'run');
  const lines = [
    device,
    'init',
    'repeat 100 1000',
    `kernel ${ms} 500 0 7 1 1 1 32 1 1 16 0 0 k`,
    `until ${1500 * ms}`,
  ];
  const path = writeScript([
    ...lines,
    'repeat 100 1000',
    `kernel ${1400 * ms} 500 0 7 1 1 1 32 1 1 16 0 0 later`,
  ]);
  const child = startWarpwatch(['run', '--out', out, '--', buildFakeCuda().trainer, path], {
    env: fakeEnvironment(),
  });
  const ended = finish(child);
  await until(() => agentStream(out) !== undefined, 'the stream of the agent');
  const stream = agentStream(out) ?? '';
  child.kill('SIGKILL');
  assert.is((await ended).signal, 'SIGKILL');
  await until(() => readFileSync(join(out, stream)).includes('"outcome"'), 'the end of the program');
  const timeline = readRecording(out);
  assert.is(countActivity(timeline), 200);
  assert.is(timeline.producers.find(({ name }) => name.startsWith('cupti-'))?.outcome, 'ended');
});

test.run();
