import { spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verbs } from '../../src/commands/verbs.ts';
import { workloads } from '../../workloads/index.ts';
import { cliFile, warpwatch } from '../support/cli.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('command line');
const directory = temporaryDirectory();

test('help lists every verb, with examples first', async () => {
  const { code, stdout } = await warpwatch(['--help']);
  assert.is(code, 0);
  assert.match(stdout, /^Examples:/);
  for (const { name } of verbs) assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
});

test('help of each verb begins with examples too', async () => {
  for (const { name } of verbs) {
    const { code, stdout } = await warpwatch([name, '--help']);
    assert.is(code, 0);
    assert.match(stdout, /^Examples:/, name);
  }
});

test('help of a workload begins with an example of itself', async () => {
  for (const { name } of workloads) {
    const { stdout } = await warpwatch(['train', name, '--help']);
    assert.match(stdout, new RegExp(`^Examples:\\n  warpwatch train ${name} `), name);
  }
});

test('a standard output that cannot be written is told in a sentence, with exit code 1', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [cliFile, '--help'], {
    stdio: ['ignore', full, 'pipe'],
  });
  closeSync(full);
  assert.is(status, 1);
  assert.match(stderr.toString(), /^warpwatch: standard output cannot be written: .*\n$/);
});

test('without a terminal and without a verb it prints its help', async () => {
  const { code, stdout } = await warpwatch([]);
  assert.is(code, 0);
  assert.match(stdout, /^Examples:/);
});

const mistakes: readonly (readonly [words: string[], expected: RegExp])[] = [
  [['trian'], /unknown command 'trian'\n\(Did you mean train\?\)/],
  [['train', 'rsnet'], /resnet/],
  [['train', 'resnet', '--stepz', '3'], /--stepz'\n\(Did you mean --steps\?\)/],
  [['train', 'resnet', '--steps', 'many'], /--steps takes a whole number from 1 on, not "many"/],
  [['train', 'resnet', '--depth', '21'], /18, 20, 32, 34, 50, 56/],
  [['train', 'resnet', '--backend', 'cuda'], /Allowed choices are auto, (\w+, )*wasm, cpu\./],
  [['train'], /missing required argument 'workload'/],
  [['report'], /missing required argument 'path'/],
  [['diff', 'a', 'b', 'c'], /too many arguments/],
  [['replay', 'a', '--speed', 'fast'], /It takes a number from/],
  [['top', '--interval', '0'], /It takes seconds from/],
  [['--jsn'], /unknown option '--jsn'/],
];

for (const [words, expected] of mistakes) {
  test(`warpwatch ${words.join(' ')}: code 2 and what is right`, async () => {
    const { code, stdout, stderr } = await warpwatch(words);
    assert.is(code, 2, stderr);
    assert.match(stderr, expected);
    assert.match(stderr, /^warpwatch: /);
    assert.is(stdout, '');
  });
}

test('a path that is no recording: one sentence, code 1', async () => {
  const file = join(directory, 'file');
  writeFileSync(file, 'nothing');
  for (const path of [join(directory, 'nowhere'), directory, file]) {
    for (const verb of ['report', 'replay']) {
      const { code, stdout, stderr } = await warpwatch([verb, path]);
      assert.is(code, 1);
      assert.match(stderr, /^warpwatch: [^\n]+\n$/);
      assert.is(stdout, '');
    }
  }
});

test('a recording cannot be made below a file', async () => {
  const file = join(directory, 'plain');
  writeFileSync(file, 'nothing');
  const { code, stderr } = await warpwatch([
    'train',
    'resnet',
    '--steps',
    '1',
    '--record',
    join(file, 'run'),
  ]);
  assert.is(code, 1);
  assert.match(stderr, /^warpwatch: [^\n]*plain[^\n]*\n$/);
});

test('what is built can be run by its name: npx links it as it is', () => {
  accessSync(cliFile, constants.X_OK);
});

test('the version is the package’s', async () => {
  const { code, stdout } = await warpwatch(['--version']);
  assert.is(code, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test.run();
