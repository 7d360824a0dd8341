import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { planBuckets } from '../../../workloads/parallel/buckets.ts';

const test = suite('buckets');

test('the last items come first, and a large one has a bucket of its own', () => {
  assert.equal(planBuckets([2, 3, 20, 4, 1], 6), [
    {
      length: 5,
      parts: [
        { item: 4, offset: 0, length: 1 },
        { item: 3, offset: 1, length: 4 },
      ],
    },
    { length: 20, parts: [{ item: 2, offset: 0, length: 20 }] },
    {
      length: 5,
      parts: [
        { item: 1, offset: 0, length: 3 },
        { item: 0, offset: 3, length: 2 },
      ],
    },
  ]);
});

test('whatever the items, each has its place once, in order and without gaps, in buckets no larger than they need be', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 50 });
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 200 }), (items, most) => {
      const buckets = planBuckets(items, most);
      const order = buckets.flatMap(({ parts }) => parts.map(({ item }) => item));
      assert.equal(order, [...items.keys()].toReversed());
      for (const { length, parts } of buckets) {
        let offset = 0;
        for (const part of parts) {
          assert.is(part.offset, offset);
          assert.is(part.length, items[part.item]);
          offset += part.length;
        }
        assert.is(length, offset);
        assert.ok(length <= most || parts.length === 1);
      }
    }),
  );
});

test.run();
