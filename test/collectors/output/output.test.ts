import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OutputCollector } from '../../../collectors/output/index.ts';
import { LineSplitter, longestLine } from '../../../collectors/output/lines.ts';
import { parsePattern, readNumber } from '../../../collectors/output/patterns.ts';
import { describeRun } from '../../../src/recording/manifest.ts';
import { MemoryRecording } from '../../../src/recording/memory-recording.ts';

const test = suite('output');

function linesOf(...chunks: readonly (string | Uint8Array)[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.take(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  splitter.end();
  return lines;
}

test('lines end at line feeds and carriage returns, wherever the chunks are cut', () => {
  const text = 'one\r\ntwo\rthree\n\nfour';
  assert.equal(linesOf(text), ['one', 'two', 'three', 'four']);
  assert.equal(linesOf(...text.split('')), ['one', 'two', 'three', 'four']);
});

test('a character that is cut in two is whole in its line', () => {
  const bytes = Buffer.from('verlust=0.5 µs\n');
  assert.equal(linesOf(bytes.subarray(0, 13), bytes.subarray(13)), ['verlust=0.5 µs']);
});

test('escapes are taken out, long lines are cut', () => {
  assert.equal(linesOf('\u001b[1;32mloss\u001b[0m=\u001b]8;;u\u00070.5\n'), ['loss=0.5']);
  const [long = '', next] = linesOf('x'.repeat(longestLine), 'loss=1\n', 'y\n');
  assert.is(long.length, longestLine);
  assert.is(next, 'y');
});

test('a pattern takes its name from the text before its group, or from NAME:', () => {
  assert.is(parsePattern('loss=(\\S+)').metric, 'loss');
  assert.is(parsePattern('train_loss: (\\S+)').metric, 'loss');
  assert.is(parsePattern('step \\d+ lr\\s+(\\S+)').metric, 'learningRate');
  assert.is(parsePattern('val_loss=(?:about )?(\\S+)').metric, 'validationLoss');
  assert.is(parsePattern('tokens_per_second:([0-9.]+) tok/s').metric, 'tokens_per_second');
  assert.throws(() => parsePattern('loss=\\S+'), /no group/);
  assert.throws(() => parsePattern('(\\S+)'), /name/);
  assert.throws(() => parsePattern('loss=((\\S+)'), /no regular expression/);
});

test('numbers are read as programs print them', () => {
  assert.is(readNumber('0.25,'), 0.25);
  assert.is(readNumber('1.5e-3'), 0.0015);
  assert.is(readNumber('1,234,567.5'), 1234567.5);
  assert.is(readNumber('50%'), 0.5);
  assert.is(readNumber('-inf'), Number.NEGATIVE_INFINITY);
  assert.ok(Number.isNaN(readNumber('nan')));
  for (const text of ['', 'abc', '1.2.3', '0x10', '--1']) assert.is(readNumber(text), null, text);
});

test('what patterns find becomes series from "output"; of what they do not find, it says so', async () => {
  const recording = new MemoryRecording(describeRun('t', [], {}, []));
  const writer = recording.openStream('output');
  const collector = new OutputCollector(writer, ['loss=(\\S+)', 'acc=(\\S+)'].map(parsePattern));
  const [out, err] = [collector.reader(), collector.reader()];
  out.take(Buffer.from('loss=0.5 a\rlo'));
  err.take(Buffer.from('loss=0.25\nloss=bad\n'));
  out.take(Buffer.from('ss=nan'));
  out.end();
  collector.finish();
  await writer.close('ended');
  recording.poll();
  const [loss, ...others] = recording.timeline.series;
  assert.is(others.length, 0);
  assert.equal(loss?.series, { device: null, metric: 'loss', from: 'output' });
  assert.equal(loss?.values, [0.5, 0.25, Number.NaN]);
  assert.equal(recording.timeline.absences, [
    {
      device: null,
      metric: 'accuracy',
      why: "No line of the program's output gave a number for acc=(\\S+).",
    },
  ]);
});

test.run();
