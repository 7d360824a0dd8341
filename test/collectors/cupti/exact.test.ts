import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { device, executionsOf, train, writeScript } from '../../support/fake-cupti.ts';
import { needs } from '../../support/needs.ts';

const test = suite('agent: what a script dictates is what is recorded');
const withCompiler = needs('cc', test);

const shape = {
  grid: [132, 2, 3],
  block: [256, 1, 2],
  registersPerThread: 64,
  staticSharedBytes: 1024,
  dynamicSharedBytes: 49_152,
};
const kernel = '132 2 3 256 1 2 64 1024 49152';
const none = { layer: '', phase: '', flops: null };

for (const version of [3, 4, 5, 6, 7, 8, 9, 10]) {
  withCompiler(`every field of kernels, copies and fills, from records of version ${version}`, () => {
    const trained = train([
      device,
      device,
      `kernel-version ${version}`,
      'init',
      `kernel 1000 500 0 7 ${kernel} void gemm<float>(int)`,
      `kernel 2000 0 1 9 ${kernel} another`,
      'copy 3000 400 0 14 1 4096',
      'copy 4000 300 0 14 2 8192',
      'peer 5000 200 1 15 10 65536',
      'fill 6000 100 0 7 1048576',
    ]);
    assert.is(trained.code, 0, trained.stderr);
    assert.equal(trained.timeline.damage, []);
    assert.equal(trained.timeline.losses, { dropped: 0, unfinished: 0, outOfRange: 0 });
    const ran = executionsOf(trained);
    assert.equal(
      ran.map(({ startNs, durationNs, queue, launch }) => [startNs, durationNs, queue, launch?.device]),
      [
        [1000, 500, 7, 'gpu0'],
        [2000, 0, 9, 'gpu1'],
        [3000, 400, 14, 'gpu0'],
        [4000, 300, 14, 'gpu0'],
        [5000, 200, 15, 'gpu1'],
        [6000, 100, 7, 'gpu0'],
      ],
    );
    assert.equal(ran[0]?.launch, {
      ...none,
      kind: 'kernel',
      name: 'void gemm<float>(int)',
      device: 'gpu0',
      shape,
      bytes: null,
    });
    assert.equal(
      ran.slice(2).map(({ launch }) => [launch?.kind, launch?.bytes, launch?.shape]),
      [
        ['memcpy', 4096, null],
        ['memcpy', 8192, null],
        ['memcpy', 65_536, null],
        ['memset', 1_048_576, null],
      ],
    );
    assert.match(ran[2]?.launch?.name ?? '', /^Memcpy HtoD/);
    assert.match(ran[3]?.launch?.name ?? '', /^Memcpy DtoH/);
    assert.match(ran[4]?.launch?.name ?? '', /^Memcpy PtoP/);
  });
}

withCompiler('devices as the driver tells them', () => {
  const { timeline } = train([device, 'init', `kernel 1000 500 0 7 ${kernel} k`]);
  assert.equal(
    timeline.devices.map(({ id, kind, name, smCount, computeCapability, memoryBytes, pciBusId }) => ({
      id,
      kind,
      name,
      sms: smCount,
      compute: computeCapability.value,
      memory: memoryBytes.value,
      pciBusId,
    })),
    [
      {
        id: 'gpu0',
        kind: 'gpu',
        name: 'NVIDIA Fake GPU',
        sms: { value: 132, from: 'cuda' },
        compute: '9.0',
        memory: 150_754_820_096,
        pciBusId: '0000:01:00.0',
      },
    ],
  );
});

withCompiler('child kernels, nodes of graphs and mangled names', () => {
  const trained = train([
    device,
    'init',
    `child 1000 500 0 7 ${kernel} child`,
    `node 2000 500 0 7 ${kernel} 77 node`,
    `kernel 3000 500 0 7 ${kernel} _Z4gemmIfEvi`,
  ]);
  assert.equal(
    executionsOf(trained).map(({ startNs, launch }) => [startNs, launch?.shape, launch?.name]),
    [
      [1000, shape, 'child'],
      [2000, shape, 'node'],
      // Readable where a C++ library is loaded that can say it; this program has none.
      [3000, shape, '_Z4gemmIfEvi'],
    ],
  );
});

withCompiler('records that come late and out of order all come', () => {
  const trained = train([
    device,
    'delay 20000000',
    'init',
    'repeat 500 1000',
    `kernel 5000000 700 0 7 ${kernel} late`,
    'flush',
    'repeat 500 1000',
    `kernel 1000000 700 0 7 ${kernel} early`,
    'until 400000000',
    `kernel 1 2 0 7 ${kernel} last`,
  ]);
  const ran = executionsOf(trained);
  assert.is(ran.length, 1001);
  assert.equal(
    ran.map(({ startNs }) => startNs),
    [
      1,
      ...Array.from({ length: 500 }, (_, i) => 1_000_000 + i * 1000),
      ...Array.from({ length: 500 }, (_, i) => 5_000_000 + i * 1000),
    ],
  );
});

withCompiler('what has no end, an end before its start, and what CUPTI dropped is counted by kind', () => {
  const trained = train([
    device,
    'init',
    `kernel 1000 500 0 7 ${kernel} k`,
    `unfinished 2000 500 0 7 ${kernel} k`,
    `unfinished 3000 500 0 7 ${kernel} k`,
    `kernel 4000 -900 0 7 ${kernel} k`,
    'drop 41',
  ]);
  assert.is(executionsOf(trained).length, 1);
  assert.equal(trained.timeline.losses, { dropped: 41, unfinished: 2, outOfRange: 1 });
});

withCompiler('many threads at once lose nothing', () => {
  const own = Array.from({ length: 50 }, (_, at) => [
    'repeat 200 100',
    `kernel ${1000 + at * 20_000} 50 0 ${at} ${kernel} kernel_${at}`,
  ]).flat();
  const trained = train([device, 'init', `parallel 8 ${writeScript(own)}`]);
  const ran = executionsOf(trained);
  assert.is(ran.length, 8 * 50 * 200);
  assert.equal(trained.timeline.losses, { dropped: 0, unfinished: 0, outOfRange: 0 });
  const names = new Set(trained.timeline.launches.map(({ name }) => name));
  assert.is(names.size, 50);
  // Each thread has its names elsewhere in memory, and where a name lies is a part of what is looked up.
  assert.is(trained.timeline.launches.length, 8 * 50, 'a launch is defined once');
  const sum = ran.reduce((all, { startNs }) => all + startNs, 0);
  const expected = Array.from({ length: 50 }, (_, at) =>
    Array.from({ length: 200 }, (_unused, i) => 1000 + at * 20_000 + i * 100),
  ).flat();
  assert.is(sum, 8 * expected.reduce((all, startNs) => all + startNs, 0));
});

withCompiler('NVTX goes to CUPTI before CUDA began and after, and stays off where CUPTI will not', () => {
  const answers = (...lines: string[]) =>
    [...train([device, ...lines]).stdout.matchAll(/^nvtx (\S+)$/gm)].map(([, answer]) => answer);
  assert.equal(answers('nvtx', 'init'), ['1']);
  assert.equal(answers('init', 'nvtx'), ['1']);
  assert.equal(answers('result cuptiNvtxInitialize2 27', 'nvtx', 'init'), ['0']);
});

withCompiler('ranges, steps, marks and figures of NVTX', () => {
  const { timeline, baseNs } = train(
    [
      device,
      'init',
      'range 1000 9000 77 step 7',
      'range 2000 3000 77 forward pass',
      'range 4000 5000 78 forward pass',
      'range 10000 19000 77 my loop 3',
      'mark 8000 loss=1.25 samples=64 lr=0.5',
      'mark 8500 evaluation begins',
    ],
    { env: { WARPWATCH_STEP_PATTERN: '^my loop' } },
  );
  assert.equal(
    timeline.steps.map(({ number, startNs, endNs, samples }) => [
      number,
      startNs - baseNs,
      endNs - baseNs,
      samples,
    ]),
    [
      [7, 1000, 9000, null],
      [3, 10_000, 19_000, null],
    ],
  );
  assert.equal(timeline.host.threads.map(({ name }) => name).sort(), ['77', '78']);
  const [block] = timeline.host.blocks;
  assert.equal(
    [...(block?.startNs ?? [])].map((startNs, at) => [startNs - baseNs, block?.durationNs[at]]),
    [
      [2000, 1000],
      [4000, 1000],
    ],
  );
  assert.equal(timeline.host.names, [{ name: 'forward pass', kind: 'annotation' }]);
  const values = timeline.series
    .filter(({ series }) => series.from === 'nvtx')
    .map(({ series, values: all, timesNs }) => [series.metric, all[0], (timesNs[0] ?? 0) - baseNs]);
  assert.equal(values, [
    ['loss', 1.25, 8000],
    ['samples', 64, 8000],
    ['learningRate', 0.5, 8000],
  ]);
  assert.equal(
    timeline.marks.map(({ name, text, startNs }) => [`${name}${text}`, startNs - baseNs]),
    [['evaluation begins', 8500]],
  );
});

test.run();
