import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  parseAdapters,
  parseDeadline,
  parseModes,
  parseReplicaFaults,
  parseReplicas,
  parseStragglers,
} from '../../../src/commands/bench/options.ts';
import {
  commandsIn,
  findTrained,
  optionsOf,
  textsFor,
  workloadIn,
} from '../../../src/commands/bench/words.ts';

const test = suite('options of bench');

test('numbers of replicas come ascending, each once', () => {
  assert.equal(parseReplicas('4,1,2,4'), [1, 2, 4]);
  for (const wrong of ['', '0', '2,', '1.5', 'two', '-1', '100000'])
    assert.throws(() => parseReplicas(wrong), /from 1 to/, wrong);
});

test('modes come in the order that was typed, each once', () => {
  assert.equal(parseModes('local,sync,local'), ['local', 'sync']);
  for (const wrong of ['', 'single', 'sync,', 'Sync'])
    assert.throws(() => parseModes(wrong), /sync, async, local/);
});

test('stragglers come by commas and by more options', () => {
  const first = parseStragglers('1:2.0,0:1.5');
  assert.equal(first, [
    { replica: 1, factor: 2 },
    { replica: 0, factor: 1.5 },
  ]);
  assert.is(parseStragglers('2:3', first).length, 3);
  assert.throws(() => parseStragglers('1:4', first), /Replica 1 stands there twice/);
  for (const wrong of ['1', '1:0.5', '1:x', ':2', '1:2:3', '-1:2'])
    assert.throws(() => parseStragglers(wrong), /such as 1:2\.0/, wrong);
});

test('a fault of a replica says what it does and when', () => {
  assert.equal(parseReplicaFaults('1:crash@5,0:hang@2'), [
    { replica: 1, kind: 'crash', step: 5 },
    { replica: 0, kind: 'hang', step: 2 },
  ]);
  for (const wrong of ['1:crash', '1:burn@5', '1:crash@0', 'crash@5', '1:hang@'])
    assert.throws(() => parseReplicaFaults(wrong), /1:crash@5/, wrong);
});

test('adapters and a deadline', () => {
  assert.equal(parseAdapters('0,H200'), ['0', 'H200']);
  assert.throws(() => parseAdapters('0,,1'), /such as 0,1/);
  assert.is(parseDeadline('2.5'), 2.5);
  for (const wrong of ['0', '', 'x', '-3', '1e9'])
    assert.throws(() => parseDeadline(wrong), /seconds from/, wrong);
});

test('two commands stand after --, with --vs between them', () => {
  assert.is(commandsIn(['--rounds', '2']), null);
  assert.equal(commandsIn(['--rounds', '2', '--', 'a', '--x', '--vs', 'b', '--vs', 'c']), [
    ['a', '--x'],
    ['b', '--vs', 'c'],
  ]);
  for (const wrong of [['--'], ['--', 'a'], ['--', 'a', '--vs'], ['--', '--vs', 'b']])
    assert.throws(() => commandsIn(wrong), /with --vs between them/, wrong.join(' '));
});

test('a workload is known by its word, and one that trains nothing is refused', () => {
  assert.is(workloadIn([])?.name, 'resnet');
  assert.is(workloadIn(['--workload', 'ssd'])?.name, 'ssd');
  assert.is(workloadIn(['--workload=split', '--', '--workload', 'ssd'])?.name, 'split');
  assert.throws(() => findTrained('fusion'), /fusion trains nothing .* resnet, ssd, split\./);
  assert.throws(() => findTrained('x'), /There is no workload "x"/);
});

test('a run is bounded by steps, and what is not given has the default that help tells', () => {
  const resnet = findTrained('resnet');
  const options = optionsOf(resnet);
  assert.not.ok('seconds' in options || 'evaluateEvery' in options);
  const texts = textsFor(resnet, { evalSamples: '8', batch: '4', json: true });
  assert.equal(texts, { steps: '30', evalSamples: '8', seed: '1', batch: '4' });
  assert.is(options['steps']?.defaultText, texts['steps']);
});

test.run();
