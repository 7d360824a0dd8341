import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ErrorCode, WarpwatchError } from '../../src/model/errors.ts';
import { crc32 } from '../../src/recording/crc32.ts';
import { manifestFile } from '../../src/recording/format.ts';
import { encodeManifest, parseManifest } from '../../src/recording/manifest.ts';
import { readRecording } from '../../src/recording/reader.ts';
import { createRecording, openStream } from '../../src/recording/recording.ts';
import { makeRecording, makeStream, putRecording, testManifest } from '../support/recordings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('recording: errors');

/** That `act` throws one clear sentence. */
function expectError(act: () => unknown, code: ErrorCode, words: RegExp): void {
  try {
    act();
  } catch (error) {
    assert.instance(error, WarpwatchError);
    if (!(error instanceof WarpwatchError)) return;
    assert.is(error.code, code, error.message);
    assert.match(error.message, words);
    assert.match(error.message, /^[^\n]+\.$/);
    return;
  }
  assert.unreachable(`no error where ${code} was due`);
}

test('two trainings into one directory: the second is told, the first is not touched', async () => {
  const { directory } = await makeRecording();
  const before = readFileSync(join(directory, manifestFile), 'utf8');
  expectError(() => createRecording(directory, testManifest()), 'exists', /holds a recording already/);
  expectError(() => openStream(directory, 'training'), 'exists', /training\.stream exists already/);
  assert.is(readFileSync(join(directory, manifestFile), 'utf8'), before);
  assert.equal(readRecording(directory).damage, []);
});

test('a directory that the system will not make is refused at once', () => {
  expectError(() => createRecording('/proc/nowhere/run', testManifest()), 'not-found', /cannot be made/);
});

test('a path that is a file, or lies below one', () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, 'notes');
  expectError(() => createRecording(file, testManifest()), 'exists', /or is a file/);
  expectError(
    () => createRecording(join(file, 'below'), testManifest()),
    'unwritable',
    /part of the path is a file/,
  );
  expectError(() => openStream(file, 'training'), 'unwritable', /part of the path is a file/);
  expectError(() => readRecording(file), 'not-found', /is a file; name the directory of a recording/);
});

test('a directory that may not be written to', () => {
  const parent = temporaryDirectory();
  chmodSync(parent, 0o555);
  asNobody(() => {
    expectError(
      () => createRecording(join(parent, 'r'), testManifest()),
      'unwritable',
      /writing is not allowed there/,
    );
    expectError(() => openStream(parent, 'training'), 'unwritable', /writing is not allowed there/);
  });
  chmodSync(parent, 0o755);
});

/** The superuser may write anywhere, so it steps down for a moment. */
function asNobody(act: () => void): void {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    act();
  } finally {
    if (root) process.seteuid?.(0);
  }
}

test('a recording that is not there, and a directory that is none', () => {
  const directory = temporaryDirectory();
  expectError(
    () => readRecording(join(directory, 'nothing')),
    'not-found',
    /is not a recording: it has no manifest\.json/,
  );
  expectError(() => readRecording(directory), 'not-found', /is not a recording/);
  expectError(() => openStream(join(directory, 'nothing'), 'a'), 'not-found', /its directory is not there/);
  mkdirSync(join(directory, manifestFile));
  expectError(() => readRecording(directory), 'unreadable', /manifest\.json cannot be read/);
});

test('names of producers that are no names of files', () => {
  const directory = temporaryDirectory();
  for (const name of ['', '.', '../up', 'a/b', 'a\\b', '.hidden', 'a\0b', 'x'.repeat(101)]) {
    expectError(() => openStream(directory, name), 'usage', /A producer cannot be called/);
  }
});

test('a manifest of a newer version, whatever its checksum', () => {
  const newer = encodeManifest(testManifest()).replace('"version": 1', '"version": 2');
  expectError(
    () => parseManifest(newer, 'm'),
    'newer-version',
    /m has format version 2, this warpwatch reads up to 1/,
  );
});

test('a recording whose only stream is of a newer version', async () => {
  const bytes = Buffer.from(await makeStream());
  bytes.writeUInt32LE(7, 8);
  const directory = temporaryDirectory();
  putRecording(directory, testManifest(), { training: bytes });
  expectError(() => readRecording(directory), 'newer-version', /training\.stream has format version 7/);
});

test('a recording without a stream says so', () => {
  const directory = join(temporaryDirectory(), 'r');
  createRecording(directory, testManifest());
  assert.match(readRecording(directory).damage.join(), /holds no stream: nothing was recorded\.$/);
});

test('texts that are no manifest', () => {
  const good = encodeManifest(testManifest());
  const bad: [string, RegExp][] = [
    ['', /is not JSON/],
    ['training notes', /is not JSON/],
    [good.slice(0, -20), /is not JSON/],
    ['[]', /is not a JSON object/],
    ['null', /is not a JSON object/],
    ['{}', /is not of a warpwatch\.recording/],
    [good.replace('"version": 1', '"version": "1"'), /has no version/],
    [good.replace('"version": 1', '"version": 0'), /has no version/],
    [good.replace('test run', 'best run'), /does not match its checksum/],
    [good.replace(/"crc32": "\w+"/, '"crc32": null'), /does not match its checksum/],
    [good.replace(/,\s+"crc32": "\w+"/, ''), /does not match its checksum/],
  ];
  for (const [text, words] of bad) expectError(() => parseManifest(text, 'm'), 'bad-manifest', words);
});

test('a manifest of another shape, although its checksum is right', () => {
  const good = encodeManifest(testManifest());
  const resummed = (text: string): string => {
    const summed = text.slice(0, text.lastIndexOf('"crc32"'));
    return `${summed}"crc32": "${crc32(Buffer.from(summed)).toString(16).padStart(8, '0')}"\n}\n`;
  };
  assert.is(resummed(good), good);
  const bad: [string, RegExp][] = [
    [good.replace('"run"', '"ran"'), /it\.run is no object/],
    [good.replace('"devices"', '"services"'), /it\.devices is no list/],
    [good.replace('"value": 132', '"value": "132"'), /devices\[0\]\.smCount\.value is no number/],
    [good.replace(/"clockNs": "\d+"/, '"clockNs": 12'), /clockNs is no decimal text/],
    [good.replace(/"cores": \d+/, '"cores": 1e999'), /cores is no number/],
    [good.replace(/"node": "[^"]+"/, '"node": 20'), /versions\.node is no text/],
  ];
  for (const [text, words] of bad)
    expectError(() => parseManifest(resummed(text), 'm'), 'bad-manifest', words);
});

test('a manifest comes back as it was, with names of any script', () => {
  const manifest = testManifest();
  const odd = { ...manifest, run: { ...manifest.run, title: 'Läufe "№1"\n核 "crc32": "00000000"' } };
  assert.equal(parseManifest(encodeManifest(odd), 'm'), odd);
});

test.run();
