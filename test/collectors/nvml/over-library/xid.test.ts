import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkAdvice } from '../../../../src/analysis/advice/index.ts';
import { h200 } from '../../../support/fake-nvml.ts';
import { needs } from '../../../support/needs.ts';
import { watchFake } from './watch-fake.ts';

const test = suite('NVML collector on the fake library: errors of a GPU (XID)');
const withCompiler = needs('cc', test);

type Watched = Awaited<ReturnType<typeof watchFake>>;

function adviceOf({ look }: Watched) {
  return checkAdvice(look()).find(({ id }) => id === 'device-lost');
}

withCompiler('an error is a sample of the GPU that had it, and advice names it', async () => {
  const watched = await watchFake(h200() + h200());
  const { collector, rewrite, valuesOf, stateOf, seriesOf, until } = watched;
  await collector.firstLook;
  assert.is(adviceOf(watched)?.severity, 'ok');
  rewrite(h200() + h200('xid 48'));
  await until(() => valuesOf('gpu1', 'xid').length > 0);
  assert.equal(valuesOf('gpu1', 'xid'), [48]);
  assert.is(seriesOf('gpu1', 'xid')?.series.from, 'nvml');
  assert.equal(valuesOf('gpu0', 'xid'), []);
  assert.is(stateOf('gpu1'), null);
  const said = adviceOf(watched);
  assert.is(said?.severity, 'warn');
  assert.match(said?.title ?? '', /errors of gpu1: XID 48 \(a memory error of two bits/);
  assert.match(said?.remedy ?? '', /nvidia-smi -q -d ECC/);
  await collector.stop();
});

withCompiler('errors follow each other, each told once', async () => {
  const { collector, rewrite, valuesOf, until } = await watchFake(h200('xid 31'));
  await collector.firstLook;
  rewrite(h200('xid 13'));
  await until(() => valuesOf('gpu0', 'xid').length > 1);
  const samples = valuesOf('gpu0', 'util').length;
  await until(() => valuesOf('gpu0', 'util').length > samples + 4);
  assert.equal(valuesOf('gpu0', 'xid'), [31, 13]);
  await collector.stop();
});

withCompiler('a fault of a program sends to the program', async () => {
  const watched = await watchFake(h200('xid 31'));
  await watched.collector.firstLook;
  assert.match(adviceOf(watched)?.remedy ?? '', /Look at the program first/);
  await watched.collector.stop();
});

withCompiler('a GPU that fell off the bus: its error, its state and the advice belong together', async () => {
  const watched = await watchFake(h200('xid 79') + h200());
  const { collector, rewrite, stateOf, until } = watched;
  await collector.firstLook;
  rewrite(h200('lost') + h200());
  await until(() => stateOf('gpu0')?.condition === 'lost');
  const said = adviceOf(watched);
  assert.is(said?.title, 'gpu0 is lost');
  assert.match(said?.evidence ?? '', /XID 79 \(the GPU fell off the bus\)/);
  await collector.stop();
});

withCompiler('where events are not permitted the reason is told, and the figures stay', async () => {
  const { collector, valuesOf, absenceOf } = await watchFake(h200('error nvmlDeviceRegisterEvents 4'));
  await collector.firstLook;
  assert.match(absenceOf('gpu0', 'xid'), /No permission for nvmlDeviceRegisterEvents/);
  assert.is(valuesOf('gpu0', 'util')[0], 0.97);
  await collector.stop();
});

test.run();
