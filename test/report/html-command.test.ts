import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { warpwatch } from '../support/cli.ts';
import { makeRecording } from '../support/recordings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('report --html');

const { directory: run } = await makeRecording();

test('a recording becomes one page, and nothing is printed', async () => {
  const file = join(temporaryDirectory(), 'report.html');
  const { code, stdout, stderr } = await warpwatch(['report', run, '--html', file]);
  assert.equal([code, stdout, stderr], [0, '', '']);
  const page = readFileSync(file, 'utf8');
  assert.match(page, /^<!doctype html>/);
  assert.match(page, /id="page-data">\{"schema":"warpwatch\.page\/1"/);
  assert.match(page, /<\/html>\n$/);
});

test('with --json both are given', async () => {
  const file = join(temporaryDirectory(), 'report.html');
  const { code, stdout } = await warpwatch(['report', run, '--html', file, '--json']);
  assert.is(code, 0);
  assert.is(JSON.parse(stdout).schema, 'warpwatch.report/1');
  assert.ok(readFileSync(file).length > 10_000);
});

test('a place that cannot be written is a sentence', async () => {
  const { code, stderr } = await warpwatch(['report', run, '--html', join(run, 'no/such/place.html')]);
  assert.is(code, 1);
  assert.match(stderr, /place\.html cannot be written: its directory is not there\./);
  const directory = await warpwatch(['report', run, '--html', run]);
  assert.is(directory.code, 1);
  assert.match(directory.stderr, /is a directory; name a file in it\./);
});

test.run();
