import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  gpmMetrics,
  gpmQuestionBytes,
  readGpmAnswer,
  writeGpmQuestion,
} from '../../../collectors/nvml/gpm-metrics.ts';

const test = suite('GPM counters');

/** The driver's side: answers each metric that is asked for, by its place in the list. */
function answer(raw: (id: number) => { code: number; value: number } | null) {
  const view = new DataView(new ArrayBuffer(gpmQuestionBytes));
  writeGpmQuestion(view, 1n, 2n);
  for (let index = 0; index < view.getUint32(4, true); index++) {
    const at = 24 + index * 40;
    const answered = raw(view.getUint32(at, true));
    if (answered === null) continue;
    view.setInt32(at + 4, answered.code, true);
    view.setFloat64(at + 8, answered.value, true);
  }
  return new Map(readGpmAnswer(view).map((reading) => [reading.metric, reading]));
}

test('percent become shares and mebibytes bytes, and each says that a counter gave it', () => {
  const read = answer((id) => ({ code: 0, value: id }));
  assert.equal(read.get('smActive'), { metric: 'smActive', value: 0.02, why: '', from: 'nvml.gpm' });
  assert.is(read.get('dramActive')?.value, 0.1);
  assert.is(read.get('nvlinkReceiveBytesPerSecond')?.value, 60 * 2 ** 20);
  assert.is(read.get('nvlinkTransmitBytesPerSecond')?.value, 61 * 2 ** 20);
  assert.is(read.size, gpmMetrics.length);
});

test('a metric with a code of its own leaves the others', () => {
  const read = answer((id) => (id === 5 ? { code: 3, value: 50 } : { code: 0, value: 50 }));
  assert.is(read.get('tensorActive')?.value, null);
  assert.match(read.get('tensorActive')?.why ?? '', /not supported/);
  assert.is(read.get('smActive')?.value, 0.5);
});

test('a metric that the driver passes over has no value', () => {
  assert.is(answer(() => null).get('smActive')?.value, null);
});

test('rounding beside 0 and 100 percent is taken off; more than that is unknown', () => {
  const smActive = (value: number) => answer(() => ({ code: 0, value })).get('smActive')?.value;
  assert.is(smActive(100.2), 1);
  assert.is(smActive(-0.1), 0);
  assert.is(smActive(101), null);
  assert.is(smActive(-3), null);
});

test('whatever the driver writes, a value is a share or a rate, and all else has a reason', () => {
  fc.assert(
    fc.property(fc.double(), fc.integer({ min: 0, max: 30 }), (value, code) => {
      for (const { metric, value: read, why } of answer(() => ({ code, value })).values()) {
        if (read === null) assert.ok(why.length > 0);
        else assert.ok(Number.isFinite(read) && read >= 0 && (metric.endsWith('Second') || read <= 1));
      }
    }),
  );
});

test.run();
