import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { commandLabels, commandText } from '../../../src/analysis/bench/command-labels.ts';

const test = suite('labels of commands');

test('a short command is its own label, without directories', () => {
  assert.equal(
    commandLabels([
      ['/usr/bin/python', './ddp.py', '--lr', '0.1'],
      ['python', 'fsdp.py'],
    ]),
    ['A (python ddp.py --lr 0.1)', 'B (python fsdp.py)'],
  );
});

test('of long commands the words stay that tell them apart', () => {
  const common = ['torchrun', '--nproc-per-node', '8', '--master-port', '29500', 'train.py'];
  assert.equal(
    commandLabels([
      [...common, '--mode', 'ddp'],
      [...common, '--mode', 'fsdp'],
    ]),
    ['A (torchrun … ddp)', 'B (torchrun … fsdp)'],
  );
});

test('equal commands, and what is longer than a table has room for, have labels that differ', () => {
  const long = ['sh', '-c', `echo ${'x'.repeat(100)}`];
  const [a, b] = commandLabels([long, long]);
  assert.is(a, `A (sh -c echo ${'x'.repeat(28)}…)`);
  assert.is(b.slice(1), a.slice(1));
  assert.is.not(a, b);
});

test('nothing of a command moves the cursor', () => {
  assert.is(commandText(['sh', '-c', 'a\n\u001b[31mb']), 'sh -c a b');
  assert.equal(commandLabels([['a\tb'], ['\u001b]0;x\u0007c']]), ['A (a b)', 'B (c)']);
});

test.run();
