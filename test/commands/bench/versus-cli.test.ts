/** `warpwatch bench -- A --vs B`, as a person types it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { BenchResult } from '../../../src/analysis/bench/result.ts';
import { finish, startWarpwatch, until, warpwatch } from '../../support/cli.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('bench: two commands on the command line');
const directory = temporaryDirectory();

test('stdout is the result alone; options of run are taken, and what follows a command is its own', async () => {
  const out = join(directory, 'json');
  const options = ['--rounds', '1', '--record', out, '--metric', 'loss=(\\S+)', '--json'];
  const { code, stdout, stderr } = await warpwatch([
    'bench',
    ...options,
    '--',
    'sh',
    '-c',
    'echo loss=0.5 "$@"',
    'x',
    '--rounds',
    '--vs',
    'echo',
    'loss=0.25',
  ]);
  assert.is(code, 0, stderr);
  const result: BenchResult = JSON.parse(stdout);
  assert.is(result.schema, 'warpwatch.bench/1');
  assert.equal(
    result.runs.map(({ loss }) => loss.final.value),
    [0.5, 0.25],
  );
  assert.is(readFileSync(join(out, 'a.1/output.log'), 'utf8'), 'loss=0.5 --rounds\n');
  assert.match(stderr, /^warpwatch: round 1 of 1, B \(echo loss=0\.25\)$/m);
});

test('Ctrl-C ends the program that runs and the comparison, with what there is', async () => {
  const out = join(directory, 'stopped');
  // A session of its own: no terminal sends the signal to the program as well.
  const words = ['bench', '--json', '--record', out, '--', 'true', '--vs', 'sleep', '600'];
  const child = startWarpwatch(words, { detached: true });
  const ended = finish(child);
  await until(() => existsSync(join(out, 'b.1/output.log')), 'the second program');
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  assert.is(code, 130);
  const result: BenchResult = JSON.parse(stdout);
  assert.equal(
    result.runs.map(({ rounds: [first] }) => first?.outcome),
    ['ended', 'stopped'],
  );
});

test.run();
