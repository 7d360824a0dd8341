import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { importTrace } from '../../../collectors/traces/index.ts';
import { openTrace } from '../../../collectors/traces/open-trace.ts';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { executionsOf, hostEvent, kernelEvent, traceText, writeTrace } from '../../support/kineto.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('open a trace');
const text = traceText(
  Array.from({ length: 3000 }, (_, index) => [
    kernelEvent({ ts: 1_000_000 + 20 * index, name: `k${index}` }),
    hostEvent({ ts: 1_000_010 + 20 * index }),
  ]).flat(),
);

async function saidOf(path: string): Promise<WarpwatchError> {
  try {
    await importTrace(path);
  } catch (error) {
    assert.ok(error instanceof WarpwatchError, String(error));
    return error;
  }
  throw new Error(`${path} was read`);
}

async function contentOf(path: string): Promise<{ content: string; error: unknown }> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of (await openTrace(path)).chunks()) pieces.push(Buffer.from(piece));
  } catch (error) {
    return { content: Buffer.concat(pieces).toString(), error };
  }
  return { content: Buffer.concat(pieces).toString(), error: null };
}

test('plain and compressed files give the same content, as often as it is asked for', async () => {
  for (const name of ['a.json', 'a.json.gz']) {
    const file = await openTrace(writeTrace(name, text));
    assert.is(file.compression, name.endsWith('gz') ? 'gzip' : 'none');
    assert.is(Buffer.from(file.head).toString(), text.slice(0, 64 * 1024));
    for (let time = 0; time < 2; time++) {
      const pieces: Buffer[] = [];
      for await (const piece of file.chunks()) pieces.push(Buffer.from(piece));
      assert.ok(Buffer.concat(pieces).toString() === text);
    }
    await file.close();
  }
});

test('what matters is the content: compressed without the suffix, several members', async () => {
  const half = text.length >> 1;
  const members = Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))]);
  const { content, error } = await contentOf(writeTrace('several.json', members));
  assert.is(error, null);
  assert.ok(content === text);
});

test('a cut of a compressed file costs nothing before it', async () => {
  const whole = gzipSync(text);
  const lengths = fc.integer({ min: 2000, max: whole.length - 1 });
  const directory = temporaryDirectory();
  await fc.assert(
    fc.asyncProperty(lengths, async (length) => {
      const path = writeTrace('cut.bin', whole.subarray(0, length), directory);
      const { content, error } = await contentOf(path);
      assert.ok(error instanceof WarpwatchError && error.code === 'unreadable');
      assert.match((error as Error).message, /is cut: its gzip stream has no end/);
      assert.ok(text.startsWith(content) && content.length > 0);
      // Of what deflate holds back no more than a window can be missing.
      assert.ok(content.length > (text.length * (length - 2000)) / whole.length - 64 * 1024);
      const timeline = await importTrace(path);
      assert.ok(timeline.damage.some((sentence) => /is cut/.test(sentence)));
    }),
    { numRuns: 15 },
  );
});

test('damage in a compressed file gives a timeline of what comes before, or a sentence', async () => {
  const whole = gzipSync(text);
  const directory = temporaryDirectory();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: whole.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, bits) => {
        const damaged = Uint8Array.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ bits;
        const path = writeTrace('damaged.bin', damaged, directory);
        try {
          const timeline = await importTrace(path);
          assert.ok(executionsOf(timeline).length <= 3000);
        } catch (error) {
          assert.ok(error instanceof WarpwatchError, String(error));
        }
      },
    ),
    { numRuns: 40 },
  );
  const wrongSum = Uint8Array.from(whole);
  wrongSum[whole.length - 8] = (whole[whole.length - 8] ?? 0) ^ 1;
  const timeline = await importTrace(writeTrace('sum.bin', wrongSum, directory));
  assert.is(executionsOf(timeline).length, 3000);
  assert.match(timeline.damage[0] ?? '', /is damaged gzip; take the file anew/);
});

test('each thing that is no trace has its sentence', async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'folder'));
  spawnSync('mkfifo', [join(directory, 'pipe')]);
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      join(directory, 'absent.json'),
      'not-found',
      /^There is no .*absent\.json; name a recording or the file of a trace\.$/,
    ],
    [join(directory, 'folder'), 'unreadable', /is a directory/],
    [join(directory, 'pipe'), 'unreadable', /is a pipe, a socket or a device/],
    [writeTrace('empty.json', '', directory), 'unsupported', /is empty; warpwatch reads .*Kineto/],
    [
      writeTrace('text.json', 'hello', directory),
      'unsupported',
      /is of no format that warpwatch knows; warpwatch reads .*Nsight/,
    ],
    [writeTrace('binary', new Uint8Array(5000).fill(7), directory), 'unsupported', /is of no format/],
    [
      writeTrace('half.gz', new Uint8Array([0x1f, 0x8b]), directory),
      'unreadable',
      /is cut: its gzip stream has no end/,
    ],
    [
      writeTrace('no.gz', new Uint8Array([0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]), directory),
      'unreadable',
      /is damaged gzip/,
    ],
    [writeTrace('empty.gz', gzipSync(''), directory), 'unsupported', /is empty/],
    [
      writeTrace('other.json', '{"a": [1, 2]}', directory),
      'bad-data',
      /holds no traceEvents; name a file that torch\.profiler/,
    ],
    ['/proc/self/mem', 'unreadable', /cannot be read|is a pipe/],
  ];
  for (const [path, code, message] of cases) {
    const error = await saidOf(path);
    assert.is(error.code, code, `${path}: ${error.message}`);
    assert.match(error.message, message);
  }
});

test('a file that only its owner may read says so', async () => {
  if (process.getuid?.() === 0) return;
  const path = writeTrace('secret.json', text);
  spawnSync('chmod', ['000', path]);
  assert.match((await saidOf(path)).message, /may not be read by you; ask its owner for it\.$/);
});

test('reading leaves no file open', async () => {
  const openFiles = () =>
    readFileSync('/proc/self/status').length && spawnSync('ls', ['/proc/self/fd']).stdout.length;
  const before = openFiles();
  const path = writeTrace('many.json.gz', text);
  for (let time = 0; time < 5; time++) await importTrace(path);
  await saidOf(writeTrace('no.json.gz', 'hello'));
  assert.is(openFiles(), before);
});

test.run();
