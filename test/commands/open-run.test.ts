import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openRun } from '../../src/commands/open-run.ts';
import { WarpwatchError } from '../../src/model/errors.ts';
import { describeRun } from '../../src/recording/manifest.ts';
import { createRecording } from '../../src/recording/recording.ts';
import { kernelEvent, traceText, writeTrace } from '../support/kineto.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('open a run');
const rank = (number: number) =>
  traceText([kernelEvent({ ts: 1669783687464181 + number })], {
    distributedInfo: { rank: number, world_size: 2 },
  });

async function rejects(path: string, message: RegExp): Promise<void> {
  try {
    await openRun([path]);
  } catch (error) {
    assert.ok(error instanceof WarpwatchError, String(error));
    assert.match(error.message, message);
    return;
  }
  throw new Error(`${path} was opened`);
}

test('a file is a trace, a directory with a manifest a recording', async () => {
  assert.is((await openRun([writeTrace('t.json.gz', rank(0))])).source.format, 'kineto');
  const directory = join(temporaryDirectory(), 'run');
  createRecording(directory, describeRun('a test', [], {}, []));
  assert.is((await openRun([directory])).source.format, 'recording');
});

test('a directory of traces and a list of them are the ranks of one training', async () => {
  const directory = temporaryDirectory();
  const paths = [
    writeTrace('r10.pt.trace.json', rank(1), directory),
    writeTrace('r2.json.gz', rank(0), directory),
  ];
  for (const run of [await openRun([directory]), await openRun(paths)]) {
    assert.equal(
      run.ranks.map(({ rank: number, devices }) => [number, ...devices]),
      [
        [0, 'rank0/gpu0'],
        [1, 'rank1/gpu0'],
      ],
    );
    assert.equal(run.damage, []);
  }
});

test('what is no trace in such a directory is left out and named', async () => {
  const directory = temporaryDirectory();
  writeTrace('a.json', rank(0), directory);
  writeTrace('config.json', '{"lr": 0.1}', directory);
  mkdirSync(join(directory, 'folder.json'));
  const run = await openRun([directory]);
  assert.is(run.devices[0]?.id, 'gpu0');
  assert.match(run.damage.join(), /^Left out: .*config\.json holds no traceEvents/);
});

test('other paths have their sentence', async () => {
  const directory = temporaryDirectory();
  await rejects(directory, /is not a recording .* and holds no trace/);
  await rejects(join(directory, 'absent'), /^There is no /);
  writeTrace('config.json', '{"lr": 0.1}', directory);
  await rejects(directory, /holds no traceEvents/);
});

test.run();
