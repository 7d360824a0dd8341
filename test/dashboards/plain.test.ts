import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { canDrawScreen, plainLine } from '../../dashboards/terminal/plain.ts';
import { absentFigures, damaged, failed, running, starting } from './snapshots.ts';

const test = suite('plain line');

test('says step, loss, samples/s, and the coarse figure beside the real ones', () => {
  assert.is(
    plainLine(running()),
    '2:00 running (synthetic data) | step 360/600 loss 0.789 96.7 samples/s step time 331 ms | ' +
      'cpu util 95% kernelBusy 78% smActive – peak 25%',
  );
});

test('says what is missing and what went wrong', () => {
  assert.match(plainLine(damaged()), '1,234 records lost');
  assert.match(plainLine(damaged()), 'damaged: training.stream ends');
  assert.match(plainLine(failed), 'failed: The training ended with code 1: Error: out of memory.');
  assert.match(plainLine(absentFigures()), 'gpu1 util 97% kernelBusy – smActive – peak –');
  assert.is(plainLine(starting), '0:00 starting');
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
