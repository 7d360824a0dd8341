import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CliResult, warpwatch } from '../support/cli.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('diff and check');
const directory = temporaryDirectory();

/** A trace as PyTorch's profiler writes one: steps of the given milliseconds, each with one kernel of half that. */
function trace(name: string, steps: readonly number[]): string {
  const events: object[] = [];
  let at = 1000;
  for (const [index, step] of steps.entries()) {
    const us = step * 1000;
    events.push(
      { ph: 'X', cat: 'user_annotation', name: `ProfilerStep#${index}`, pid: 1, tid: 1, ts: at, dur: us },
      {
        ph: 'X',
        cat: 'cuda_runtime',
        name: 'cudaLaunchKernel',
        pid: 1,
        tid: 1,
        ts: at + 5,
        dur: 5,
        args: { correlation: index },
      },
      {
        ph: 'X',
        cat: 'kernel',
        name: 'ampere_sgemm_128x64_tn',
        pid: 0,
        tid: 7,
        ts: at + 20,
        dur: us / 2,
        args: {
          device: 0,
          stream: 7,
          correlation: index,
          grid: [64, 1, 1],
          block: [128, 1, 1],
          'registers per thread': 32,
          'shared memory': 0,
        },
      },
    );
    at += us;
  }
  const path = join(directory, name);
  const deviceProperties = [
    { id: 0, name: 'NVIDIA A100-SXM4-80GB', computeMajor: 8, computeMinor: 0, numSms: 108 },
  ];
  writeFileSync(path, JSON.stringify({ schemaVersion: 1, deviceProperties, traceEvents: events }));
  return path;
}

const slow = trace('slow.json', [10, 10.1, 9.9, 10, 10, 10]);
const fast = trace('fast.json', [8, 8.1, 7.9, 8, 8, 8]);

function clean({ stdout, stderr }: CliResult): void {
  assert.is(stdout, '');
  assert.match(stderr, /^warpwatch: [^\n]+\n$/);
}

test('diff ends with 0 whatever the verdict, and with 1 on --fail-if-worse', async () => {
  const better = await warpwatch(['diff', slow, fast, '--fail-if-worse']);
  assert.is(better.code, 0, better.stderr);
  assert.match(better.stdout, /^better: step time 10\.00 ms → 8\.00 ms/);
  const worse = await warpwatch(['diff', fast, slow]);
  assert.is(worse.code, 0);
  assert.match(worse.stdout, /^worse: /);
  const gate = await warpwatch(['diff', fast, slow, '--fail-if-worse', '--markdown']);
  assert.is(gate.code, 1);
  assert.match(gate.stdout, /^# worse\n/);
});

test('diff --json is its schema', async () => {
  const { stdout } = await warpwatch(['diff', slow, fast, '--json']);
  const diff = JSON.parse(stdout);
  assert.is(diff.schema, 'warpwatch.diff/1');
  assert.is(diff.verdict.verdict, 'better');
  assert.is(diff.after.format, 'kineto');
});

test('a path that is not there: one sentence, code 1', async () => {
  for (const words of [
    ['diff', slow, join(directory, 'nowhere')],
    ['check', join(directory, 'nowhere'), '--require', 'smActive>=0.4'],
    ['check', slow, '--requirements', join(directory, 'nowhere')],
  ]) {
    const result = await warpwatch(words);
    assert.is(result.code, 1);
    clean(result);
  }
});

test('check ends with 0 where all holds, and prints a line for each', async () => {
  const { code, stdout, stderr } = await warpwatch([
    'check',
    slow,
    '--require',
    'steps.count==6',
    '--require',
    'source.format == kineto',
  ]);
  assert.is(code, 0, stderr);
  assert.match(
    stdout,
    /^pass {2}steps\.count==6 .*6\npass {2}source\.format == kineto .*kineto\nAll 2 requirements hold\.\n$/,
  );
});

test('check ends with 1 where one fails, with the value seen, also by a file', async () => {
  const file = join(directory, 'gate.txt');
  writeFileSync(file, '# the gate\nkernelBusy >= 90%\nsteps.meanSeconds < 1s # easy\n');
  const { code, stdout } = await warpwatch(['check', slow, '--requirements', file]);
  assert.is(code, 1);
  assert.match(stdout, /^FAIL {2}kernelBusy >= 90% .*0\.5\d+ \(launches\)$/m);
  assert.match(stdout, /^pass {2}steps\.meanSeconds < 1s /m);
  const json = JSON.parse((await warpwatch(['check', slow, '--requirements', file, '--json'])).stdout);
  assert.is(json.schema, 'warpwatch.check/1');
  assert.is(json.passed, false);
});

test('a missing figure fails with its reason', async () => {
  const { code, stdout } = await warpwatch(['check', slow, '--require', 'dramActive<=1']);
  assert.is(code, 1);
  assert.match(stdout, /^FAIL {2}dramActive<=1 {2}\S.{20,}$/m);
});

test('a requirement that cannot be, or none: code 2 and what is right', async () => {
  const mistakes: readonly (readonly [words: string[], expected: RegExp])[] = [
    [['--require', 'smActiv>=0.4'], /did you mean smActive\?/],
    [['--require', 'smActive=>0.4'], /cannot be read/],
    [[], /Nothing is required/],
  ];
  for (const [words, expected] of mistakes) {
    const result = await warpwatch(['check', slow, ...words]);
    assert.is(result.code, 2);
    clean(result);
    assert.match(result.stderr, expected);
  }
});

test.run();
