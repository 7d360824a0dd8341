import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { canDrawScreen, plainLine } from '../../dashboards/terminal/plain.ts';
import { gpus, lostGpu, noCounters } from './gpu-snapshots.ts';
import { absentFigures, damaged, failed, fedSlowly, running, starting } from './snapshots.ts';

const test = suite('plain line');

test('says step, loss, samples/s, and the coarse figure beside the real ones', () => {
  assert.is(
    plainLine(running()),
    '2:00 running (synthetic data) | step 360/600 loss 0.789 96.7 samples/s step time 331 ms | ' +
      'cpu util 95% kernelBusy 78% peak 25%',
  );
});

test('says what is missing and what went wrong', () => {
  assert.match(plainLine(damaged()), '1,234 records lost');
  assert.match(plainLine(damaged()), 'damaged: training.stream ends');
  assert.match(plainLine(failed), 'failed: The training ended with code 1: Error: out of memory.');
  assert.match(plainLine(absentFigures()), '| gpu1 util 97% smActive –');
  assert.is(plainLine(starting), '0:00 starting');
  assert.match(
    plainLine(fedSlowly()),
    '2:00 running (synthetic data) (fault: slow-input, on purpose) | step',
  );
});

test('says of a GPU how far util is from what the counters tell', () => {
  assert.is(
    plainLine(gpus(1)),
    '12:34 running | gpu0 util 97% smActive 41% occupancy 18% tensor 12% dram 22% 267 W',
  );
  assert.match(plainLine(noCounters), '| gpu0 util 97% smActive – 267 W |');
  assert.match(plainLine(absentFigures()), 'gpu0 util 97% smActive 41% kernelBusy 95% occupancy 18%');
});

test('says of a GPU that is gone how it stands, and of a machine without one why', () => {
  assert.match(plainLine(lostGpu), '| gpu3 lost: it fell off the bus (XID 79); reset it');
  assert.not.match(plainLine(lostGpu), 'gpu3 util');
  assert.match(plainLine(gpus(0)), '| no GPU: The NVIDIA driver is not loaded');
  assert.not.match(plainLine(gpus(2)), 'no GPU');
});

test('is one line without escapes', () => {
  const line = plainLine({ ...failed, message: 'two\nlines \u001b[31mred' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the expression is for.
  assert.not.match(line, /[\u0000-\u001f]/);
});

test('stands in for the screen without a terminal and on a dumb one', () => {
  const terminal = { isTTY: true };
  assert.ok(canDrawScreen(terminal, terminal, { TERM: 'xterm' }));
  assert.not.ok(canDrawScreen(terminal, terminal, { TERM: 'dumb' }));
  assert.not.ok(canDrawScreen({}, terminal, { TERM: 'xterm' }));
  assert.not.ok(canDrawScreen(terminal, {}, { TERM: 'xterm' }));
});

test.run();
