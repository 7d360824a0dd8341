import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readPage } from '../../../collectors/dcgm/read-page.ts';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('a page of dcgm-exporter');
const directory = temporaryDirectory();

async function whyNot(path: string): Promise<string> {
  const error: unknown = await readPage(path, 1000).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.instance(error, WarpwatchError);
  return error instanceof WarpwatchError ? error.message : '';
}

test('a file that is not there, a directory and a path that fails each say what to give', async () => {
  const absent = join(directory, 'absent.txt');
  assert.is(
    await whyNot(absent),
    `There is no file ${absent}; give a page of dcgm-exporter, or its address (http://…).`,
  );
  assert.match(await whyNot(directory), /is not a file; give a page/);
  // A name below a file is no directory: what any other failure of the system looks like, also to root.
  const file = join(directory, 'page.txt');
  writeFileSync(file, '');
  assert.match(await whyNot(join(file, 'below')), /cannot be read \(ENOTDIR.*\); give a page/);
});

test.run();
