import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EventQueue } from '../../../src/analysis/simulation/events.ts';

const test = suite('simulation: events');

test('events come by time, and those of one time in the order in which they were added', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (times) => {
      const queue = new EventQueue(1);
      for (const [event, time] of times.entries()) queue.add(time, event);
      const taken: number[] = [];
      while (!queue.isEmpty) {
        const event = queue.take();
        assert.is(queue.now, times[event]);
        taken.push(event);
      }
      const expected = times
        .map((_, event) => event)
        .sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
      assert.equal(taken, expected);
    }),
  );
});

test('events that are added while others are taken find their place', () => {
  const queue = new EventQueue();
  queue.add(1, 10);
  queue.add(5, 50);
  assert.is(queue.take(), 10);
  queue.add(3, 30);
  queue.add(7, 70);
  assert.equal([queue.take(), queue.take(), queue.take()], [30, 50, 70]);
  assert.ok(queue.isEmpty);
  assert.is(queue.now, 7);
});

test.run();
