import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { groupText, stragglersText } from '../../src/model/parallel-text.ts';

const test = suite('text of a group of replicas');

test('a group is told by what it has', () => {
  const group = {
    mode: 'sync',
    replicas: 2,
    transport: 'mpi',
    settings: 'two buckets',
    stragglers: [],
  } as const;
  assert.is(groupText(group), 'sync · 2 replicas · MPI · two buckets');
  const alone = { mode: 'single', replicas: 1, transport: 'none', settings: '', stragglers: [] } as const;
  assert.is(groupText(alone), 'single · 1 replica');
});

test('stragglers are told as put in on purpose, with every digit that was asked for', () => {
  assert.is(stragglersText([]), '');
  assert.is(stragglersText([{ replica: 1, factor: 2 }]), 'straggler 1 at 2.0x, on purpose');
  const two = [
    { replica: 0, factor: 1.25 },
    { replica: 3, factor: 4 },
  ];
  assert.is(stragglersText(two), 'stragglers 0 at 1.25x, 3 at 4.0x, on purpose');
});

test.run();
