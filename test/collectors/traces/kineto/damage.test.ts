import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../../src/model/errors.ts';
import {
  callEvent,
  digest,
  executionsOf,
  hostEvent,
  kernelEvent,
  readText,
  traceText,
} from '../../../support/kineto.ts';

const test = suite('kineto: damage');
const text = traceText(
  Array.from({ length: 12 }, (_, index) => [
    callEvent({ ts: 1_000_000 + 20 * index }, index + 1),
    kernelEvent({ ts: 1_000_005.25 + 20 * index, name: `gemm_${index}<"x">` }, { correlation: index + 1 }),
    hostEvent({ ts: 1_000_010 + 20 * index }, { 'Input Dims': [[1, 2], []], 'Call stack': 'a;b' }),
  ]).flat(),
  { distributedInfo: { rank: 0, world_size: 2 } },
);
const bytes = new Uint8Array(Buffer.from(text));

/** The timeline, or the sentence; anything else that is thrown is a defect. */
async function readOrSay(damaged: Uint8Array, pieceBytes = 1 << 16): Promise<unknown> {
  try {
    const timeline = await readText(damaged, pieceBytes);
    for (const { launch, durationNs, startNs } of executionsOf(timeline)) {
      assert.ok(launch !== undefined && durationNs >= 0 && startNs >= 0);
    }
    return digest(timeline);
  } catch (error) {
    if (!(error instanceof WarpwatchError)) throw error;
    assert.match(error.message, /^made-up\.json .+; .+\.$/);
    return error.message;
  }
}

test('pieces of any size give the same timeline', async () => {
  const whole = await readOrSay(bytes);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 900 }), async (size) => {
      assert.equal(await readOrSay(bytes, size), whole);
    }),
    { numRuns: 40 },
  );
});

test('a cut anywhere keeps what is whole and says so', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 3 }), async (length) => {
      const cut = bytes.subarray(0, length);
      const said = await readOrSay(cut);
      if (typeof said === 'string') {
        assert.ok(length < text.indexOf('cudaLaunchKernel') + 200);
        return;
      }
      const timeline = await readText(cut);
      const kernels = text.slice(0, length).match(/\{"ph":"X","cat":"kernel".*\]\}\}/g)?.length ?? 0;
      assert.is(executionsOf(timeline).length, kernels);
      assert.match(timeline.damage.join(), /is cut: it ends in the middle/);
    }),
    { numRuns: 200 },
  );
});

test('flipped, removed and inserted bytes give a timeline or a sentence, the same for any pieces', async () => {
  const change = fc.record({
    at: fc.nat(bytes.length - 1),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\{}[],:0 \0'))),
    kind: fc.constantFrom('flip', 'set', 'remove', 'insert'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 500 }),
      async (changes, size) => {
        let damaged = [...bytes];
        for (const { at, byte, kind } of changes) {
          if (kind === 'flip') damaged[at] = (damaged[at] ?? 0) ^ (1 << (byte & 7));
          else if (kind === 'set') damaged[at] = byte;
          else damaged = kind === 'remove' ? damaged.toSpliced(at, 1) : damaged.toSpliced(at, 0, byte);
        }
        const whole = Uint8Array.from(damaged);
        assert.equal(await readOrSay(whole, size), await readOrSay(whole));
      },
    ),
    { numRuns: 300 },
  );
});

test('one damaged event costs no other', async () => {
  const kernel = text.indexOf('gemm_4<');
  for (const [from, to] of [
    ['"', "'"],
    ['{', '['],
    [':', ';'],
    ['{', '{{'],
    ['}', ''],
  ] as const) {
    const at = text.indexOf(from, kernel);
    const timeline = await readText(text.slice(0, at) + to + text.slice(at + from.length));
    assert.ok(executionsOf(timeline).length >= 11, `${from} as ${to}: ${executionsOf(timeline).length}`);
    if (executionsOf(timeline).length < 12) assert.ok(timeline.damage.length > 0, `${from} as ${to}`);
  }
});

test('bytes of any kind after an opening brace end in a sentence or a timeline', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('{', '[', '{"traceEvents":[', '[{'),
      fc.uint8Array({ maxLength: 400 }),
      async (head, tail) => {
        await readOrSay(Uint8Array.from([...Buffer.from(head), ...tail]));
      },
    ),
    { numRuns: 200 },
  );
});

test('what repeats an event’s beginning for ever is read in linear time', async () => {
  const hostile = Buffer.from(`{"traceEvents":[${'{"ph":'.repeat(12 * 2 ** 20)}`);
  assert.match(String(await readOrSay(hostile, 2 ** 20)), /holds no event that is whole/);
});

test('other JSON says what is missing', async () => {
  for (const other of ['{}', '{"a": 1}', '{"traceEvents": 5}', '']) {
    assert.match(String(await readOrSay(Buffer.from(other))), /holds no traceEvents/);
  }
  assert.match(String(await readOrSay(Buffer.from('hello'))), /is not JSON/);
  assert.is(executionsOf(await readText('[]')).length, 0);
});

test.run();
