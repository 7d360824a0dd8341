import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeBench } from '../../support/bench-runs.ts';
import { warpwatch } from '../../support/cli.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('report of a directory of bench');
const directory = join(temporaryDirectory(), 'bench');

test.before(() => writeBench(directory));

test('its verdict is printed, in each form', async () => {
  const [text, json, markdown] = await Promise.all(
    [[], ['--json'], ['--markdown']].map((words) => warpwatch(['report', directory, ...words])),
  );
  assert.is(text?.code, 0);
  assert.match(text?.stdout ?? '', /^bench: resnet20[\s\S]*async trains/);
  const result = JSON.parse(json?.stdout ?? '');
  assert.is(result.schema, 'warpwatch.bench/1');
  assert.is(result.runs.length, 3);
  assert.match(markdown?.stdout ?? '', /^# bench: resnet20/);
});

test('a page is written, and nothing is printed', async () => {
  const file = join(temporaryDirectory(), 'bench.html');
  const { code, stdout, stderr } = await warpwatch(['report', directory, '--html', file]);
  assert.equal([code, stdout, stderr], [0, '', '']);
  assert.match(readFileSync(file, 'utf8'), /warpwatch\.bench\/1/);
});

test('a run of it is reported as any recording', async () => {
  const { code, stdout } = await warpwatch(['report', join(directory, 'sync-2.1')]);
  assert.is(code, 0);
  assert.match(stdout, /the others wait for it/);
});

test.run();
