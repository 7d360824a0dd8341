import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { device, train, writeScript } from '../../support/fake-cupti.ts';
import { needs } from '../../support/needs.ts';
import { countActivity } from '../../support/recordings.ts';

const test = suite('agent under sanitizers');
const shape = '132 1 1 256 1 1 64 0 0';

/** All that the agent does, in a second: threads, every kind of record, a fork, a long name, an ending in full flight. */
function everything(): string[] {
  const child = writeScript(['say child']);
  const many = Array.from({ length: 40 }, (_, at) => [
    'repeat 250 100',
    `kernel ${1000 + at * 30_000} 50 0 ${at} ${shape} kernel_${at}`,
    `range ${1000 + at * 30_000} ${20_000 + at * 30_000} ${at} step ${at}`,
    `range ${1000 + at * 30_000} ${20_000 + at * 30_000} ${at} forward ${at}`,
    `mark ${2000 + at * 30_000} loss=0.5 samples=32`,
  ]).flat();
  return [
    device,
    device,
    'init',
    `parallel 4 ${writeScript(many)}`,
    `kernel 1000 10 1 7 ${shape} ${'x'.repeat(70_000)}`,
    `kernel 1000 10 1 7 ${shape} \\xff\\xfe\\xc3`,
    `child 2000 10 0 7 ${shape} child`,
    `unfinished 2000 10 0 7 ${shape} unfinished`,
    'copy 3000 400 0 14 1 4096',
    'fill 6000 100 0 7 1048576',
    'overhead 1000 2000',
    'drop 3',
    `fork ${child}`,
    'until 350000000',
    'repeat 5000 10',
    `kernel 400000000 5 0 7 ${shape} last`,
  ];
}

const executions = 4 * 40 * 250 + 2 + 1 + 2 + 5000;

function assertClean(flags: readonly string[], options: Record<string, string>): void {
  for (const env of [
    {},
    { WARPWATCH_KERNELS: 'summary' },
    { WARPWATCH_KERNELS: 'window', WARPWATCH_WINDOW_NS: '100000000/200000000' },
    { WARPWATCH_LIMIT_BYTES: '600000' },
  ]) {
    const trained = train(everything(), { flags, env: { ...options, ...env } });
    assert.is(trained.stderr, '', JSON.stringify(env));
    assert.is(trained.code, 0);
    assert.equal(trained.timeline.damage, []);
    if (Object.keys(env).length === 0) assert.is(countActivity(trained.timeline), executions);
  }
}

needs('cc', test)('addresses and undefined behaviour', () => {
  // Buffers live as long as the program; CUPTI's thread ends with it.
  assertClean(['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-fno-omit-frame-pointer'], {
    ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1',
  });
});

needs('cc', test)('races between threads', () => {
  assertClean(['-fsanitize=thread'], { TSAN_OPTIONS: 'halt_on_error=1:report_signal_unsafe=0' });
});

needs('valgrind', test)('memory that was never set, or is not there, as valgrind sees it', () => {
  const through = [
    'valgrind',
    '--quiet',
    '--error-exitcode=42',
    '--log-fd=2',
    '--child-silent-after-fork=yes',
  ];
  const version = spawnSync('valgrind', ['--version'], { encoding: 'utf8' }).stdout;
  const trained = train(everything(), { through });
  assert.is(trained.stderr, '', version);
  assert.is(trained.code, 0);
  assert.is(countActivity(trained.timeline), executions);
});

test.run();
