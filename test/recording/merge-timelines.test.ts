import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mergeTimelines } from '../../src/recording/merge-timelines.ts';
import { callEvent, executionsOf, hostEvent, kernelEvent, rangesOf, readEvents } from '../support/kineto.ts';

const test = suite('merge timelines');
const baseUs = 1669783687464181;

/** A rank whose first event is so many microseconds after the base. */
function rankTrace(rank: number | null, afterUs: number) {
  const ts = baseUs + afterUs;
  const events = [
    hostEvent({ ts, name: 'aten::mm', dur: 40 }),
    callEvent({ ts: ts + 1 }),
    kernelEvent({ ts: ts + 10, name: `gemm of ${rank ?? 'nobody'}` }),
    hostEvent({ ts, cat: 'user_annotation', name: 'ProfilerStep#3', dur: 50 }),
  ];
  return readEvents(events, rank === null ? {} : { distributedInfo: { rank, world_size: 4 } });
}

test('ranks stand on one axis, with devices, steps and threads of their own', async () => {
  const merged = mergeTimelines([await rankTrace(2, 100), await rankTrace(0, 0)]);
  assert.is(merged.originUnixNs, BigInt(baseUs) * 1000n);
  assert.equal(
    merged.devices.map(({ id }) => id),
    ['rank2/gpu0', 'rank0/gpu0'],
  );
  assert.equal(merged.ranks, [
    { rank: 0, worldSize: 4, devices: ['rank0/gpu0'] },
    { rank: 2, worldSize: 4, devices: ['rank2/gpu0'] },
  ]);
  assert.equal(
    executionsOf(merged).map(({ launch, startNs, callNs }) => [
      launch?.device,
      launch?.name,
      startNs,
      callNs,
    ]),
    [
      ['rank2/gpu0', 'gemm of 2', 110_000, 101_000],
      ['rank0/gpu0', 'gemm of 0', 10_000, 1000],
    ],
  );
  assert.equal(
    merged.steps.map(({ rank, startNs }) => [rank, startNs]),
    [
      [0, 0],
      [2, 100_000],
    ],
  );
  assert.equal(merged.host.threads, [
    { name: '42', rank: 2 },
    { name: '42', rank: 0 },
  ]);
  assert.is(merged.host.names.length, 1);
  assert.equal(
    rangesOf(merged).map(({ name, startNs }) => [name, startNs]),
    [
      ['aten::mm', 100_000],
      ['aten::mm', 0],
    ],
  );
  assert.is(merged.run.title, 'made-up and 1 more');
  assert.equal(merged.damage, []);
});

test('ranks that are unknown or the same are numbered in order, and that is said', async () => {
  for (const ranks of [
    [null, null],
    [1, 1],
    [1, null],
  ] as const) {
    const merged = mergeTimelines([await rankTrace(ranks[0], 0), await rankTrace(ranks[1], 5)]);
    assert.equal(
      merged.ranks.map(({ rank, devices }) => [rank, ...devices]),
      [
        [0, 'rank0/gpu0'],
        [1, 'rank1/gpu0'],
      ],
    );
    assert.match(merged.damage.join(), /numbered from 0 in the order given/);
  }
});

test('losses and damage of all are kept', async () => {
  const merged = mergeTimelines([
    await readEvents([kernelEvent({ ts: baseUs }), kernelEvent({ dur: -1 })], {
      distributedInfo: { rank: 0 },
    }),
    await readEvents([hostEvent({ ts: baseUs }), kernelEvent({ dur: -1 })], { distributedInfo: { rank: 1 } }),
  ]);
  assert.is(merged.losses.outOfRange, 2);
  assert.match(merged.damage.join(), /holds no kernel/);
});

test('a run without a date begins with the others; runs of other months are not merged', async () => {
  const undated = await readEvents([kernelEvent({ ts: 5 })], { distributedInfo: { rank: 1 } });
  const dated = await rankTrace(0, 0);
  const merged = mergeTimelines([dated, undated]);
  assert.match(merged.damage.join(), /does not tell when it began/);
  assert.is(executionsOf(merged)[1]?.startNs, 0);
  const later = await rankTrace(1, 200 * 86_400e6);
  assert.throws(() => mergeTimelines([dated, later]), /more than 104 days apart/);
});

test('one timeline stays as it is, and none is a mistake', async () => {
  const only = await rankTrace(2, 0);
  assert.is(mergeTimelines([only]), only);
  assert.throws(() => mergeTimelines([]), /nothing to merge/);
});

test.run();
