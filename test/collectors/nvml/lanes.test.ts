import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceCalls } from '../../../collectors/nvml/calls.ts';
import { Lanes } from '../../../collectors/nvml/lanes.ts';
import { NvmlLibrary } from '../../../collectors/nvml/library.ts';

const test = suite('lanes of driver calls');
const limits = { callMs: 20, lookMs: 40, mostStuck: 2 };

/** A library whose nvmlShutdown comes back when `release` is called. */
function slowLibrary() {
  const waiting: (() => void)[] = [];
  const library = new NvmlLibrary(
    new Map([
      [
        'nvmlShutdown',
        (...args) => {
          const done = args.at(-1);
          if (typeof done === 'function') waiting.push(() => done(null, 0));
        },
      ],
    ]),
  );
  return { library, release: () => waiting.splice(0).forEach((done) => void done()) };
}

test('a look that comes back in time brings its value', async () => {
  const { library, release } = slowLibrary();
  const calls = new DeviceCalls(library);
  const outcome = new Lanes(limits).run(calls, () => calls.call('nvmlShutdown'), assert.unreachable);
  release();
  assert.equal(await outcome, { kind: 'done', value: 0 });
});

test('a call that hangs is named and left alone, and told when it is back', async () => {
  const { library, release } = slowLibrary();
  const calls = new DeviceCalls(library);
  const lanes = new Lanes(limits);
  let back = (): void => {};
  const isBack = new Promise<void>((resolve) => (back = resolve));
  const outcome = await lanes.run(calls, () => calls.call('nvmlShutdown'), back);
  assert.equal(outcome, { kind: 'stuck', call: 'nvmlShutdown' });
  assert.is(lanes.stuck, 1);
  release();
  await isBack;
  assert.is(lanes.stuck, 0);
});

test('many slow calls in one look do not hold up the others either', async () => {
  const { library, release } = slowLibrary();
  const calls = new DeviceCalls(library);
  let over = false;
  const look = async (): Promise<void> => {
    while (!over) {
      const answered = calls.call('nvmlShutdown');
      setTimeout(release, limits.callMs / 4);
      await answered;
    }
  };
  const outcome = await new Lanes(limits).run(calls, look, () => {});
  over = true;
  assert.is(outcome.kind, 'stuck');
});

test('beyond as many lanes as may hang none is begun', async () => {
  const { library, release } = slowLibrary();
  const lanes = new Lanes(limits);
  const hang = () => {
    const calls = new DeviceCalls(library);
    return lanes.run(
      calls,
      () => calls.call('nvmlShutdown'),
      () => {},
    );
  };
  assert.is((await hang()).kind, 'stuck');
  assert.is((await hang()).kind, 'stuck');
  assert.equal(await hang(), { kind: 'full' });
  release();
});

test('a look that throws is told, not thrown', async () => {
  const { library } = slowLibrary();
  const outcome = await new Lanes(limits).run(
    new DeviceCalls(library),
    () => Promise.reject(new RangeError('no')),
    assert.unreachable,
  );
  assert.is(outcome.kind, 'failed');
});

test.run();
