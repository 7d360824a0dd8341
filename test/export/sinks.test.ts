import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeWhole } from '../../src/export/file-sink.ts';
import { type ErrorCode, WarpwatchError } from '../../src/model/errors.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('sinks');

async function failure(work: Promise<void>): Promise<WarpwatchError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof WarpwatchError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

async function failsWith(work: Promise<void>, code: ErrorCode, words: RegExp): Promise<void> {
  const error = await failure(work);
  assert.is(error.code, code);
  assert.match(error.message, words);
}

const once = { force: false };
const over = { force: true };

test('a file is there whole, and nothing beside it', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'out');
  await writeWhole(path, once, async (sink) => {
    await sink.write('one ');
    assert.not(existsSync(path), 'not before its end');
    await sink.write(Buffer.from('two'));
  });
  assert.equal(readdirSync(directory), ['out']);
  assert.is(readFileSync(path, 'utf8'), 'one two');
});

test('a file that is there is replaced only by force', async () => {
  const path = join(temporaryDirectory(), 'out');
  writeFileSync(path, 'old');
  await failsWith(
    writeWhole(path, once, (sink) => sink.write('new')),
    'exists',
    /--force/,
  );
  assert.is(readFileSync(path, 'utf8'), 'old');
  await writeWhole(path, over, (sink) => sink.write('new'));
  assert.is(readFileSync(path, 'utf8'), 'new');
});

test('a file that came in the meantime is not replaced', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'out');
  const work = writeWhole(path, once, async (sink) => {
    await sink.write('ours');
    writeFileSync(path, 'theirs');
  });
  await failsWith(work, 'exists', /exists already/);
  assert.is(readFileSync(path, 'utf8'), 'theirs');
  assert.equal(readdirSync(directory), ['out']);
});

test('a symbolic link stays one', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'link');
  writeFileSync(join(directory, 'real'), 'old');
  symlinkSync('real', path);
  await writeWhole(path, over, (sink) => sink.write('new'));
  assert.is(readlinkSync(path), 'real');
  assert.is(readFileSync(join(directory, 'real'), 'utf8'), 'new');
});

test('what fails or is interrupted leaves the old file and nothing else', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'out');
  writeFileSync(path, 'old');
  const interrupt = new AbortController();
  const reason = new WarpwatchError('usage', 'Enough.');
  const work = writeWhole(path, { force: true, signal: interrupt.signal }, async (sink) => {
    await sink.write('new');
    interrupt.abort(reason);
    await sink.write('more');
  });
  assert.is(await failure(work), reason);
  assert.equal(readdirSync(directory), ['out']);
  assert.is(readFileSync(path, 'utf8'), 'old');
});

test('a directory, a missing one and a file in its place are one sentence each', async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'there'));
  writeFileSync(join(directory, 'file'), '');
  const write = (name: string) => writeWhole(join(directory, name), over, (sink) => sink.write(''));
  await failsWith(write('there'), 'exists', /is a directory/);
  await failsWith(write('missing/out'), 'not-found', /its directory is not there/);
  await failsWith(write('file/out'), 'unwritable', /ENOTDIR/);
});

if (existsSync('/dev/full')) {
  test('a full disk is one sentence; a device is written to and stays', async () => {
    await failsWith(
      writeWhole('/dev/full', once, (sink) => sink.write('text')),
      'disk-full',
      /the disk is full/,
    );
    await writeWhole('/dev/null', once, (sink) => sink.write('text'));
    assert.ok(existsSync('/dev/full') && existsSync('/dev/null'));
  });
}

test.run();
