import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { placementNames, placeParameters } from '../../../workloads/parallel/placement.ts';

const test = suite('placement of parameters');

const sizesOf = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 60 });
const serversOf = fc.integer({ min: 1, max: 9 });

test('every parameter is whole on one server, and none overlaps another', () => {
  fc.assert(
    fc.property(sizesOf, serversOf, fc.constantFrom(...placementNames), (sizes, servers, by) => {
      const { places, lengths } = placeParameters(sizes, servers, by);
      assert.is(places.length, sizes.length);
      assert.is(lengths.length, servers);
      const taken = lengths.map((length) => new Array<number>(length).fill(0));
      for (const [parameter, { server, offset }] of places.entries())
        for (let float = offset; float < offset + (sizes[parameter] ?? 0); float += 1) {
          const cells = taken[server] ?? [];
          cells[float] = (cells[float] ?? 0) + 1;
        }
      assert.ok(taken.every((cells, server) => cells.length === lengths[server]));
      assert.ok(taken.flat().every((times) => times === 1));
    }),
  );
});

test('in turns, one server holds at most one parameter more than another', () => {
  fc.assert(
    fc.property(sizesOf, serversOf, (sizes, servers) => {
      const { places } = placeParameters(sizes, servers, 'round-robin');
      assert.ok(places.every(({ server }, parameter) => server === parameter % servers));
    }),
  );
});

test('by size, no server holds more than the emptiest and its smallest parameter', () => {
  fc.assert(
    fc.property(sizesOf, serversOf, (sizes, servers) => {
      const { places, lengths } = placeParameters(sizes, servers, 'size');
      const emptiest = Math.min(...lengths);
      for (const [parameter, { server }] of places.entries())
        assert.ok((lengths[server] ?? 0) <= emptiest + (sizes[parameter] ?? 0));
    }),
  );
});

test('by size, the fullest server holds at most 4/3 of what it would hold at best', () => {
  const fullestAtBest = ([size, ...rest]: readonly number[], lengths: readonly number[]): number =>
    size === undefined
      ? Math.max(...lengths)
      : Math.min(...lengths.map((length, at) => fullestAtBest(rest, lengths.with(at, length + size))));
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 7 }),
      fc.integer({ min: 1, max: 3 }),
      (sizes, servers) => {
        const { lengths } = placeParameters(sizes, servers, 'size');
        const best = fullestAtBest(sizes, new Array<number>(servers).fill(0));
        assert.ok(3 * Math.max(...lengths) <= 4 * best);
      },
    ),
  );
});

test('by size, equal parameters keep their order', () => {
  const { places, lengths } = placeParameters([2, 5, 2, 5, 2], 2, 'size');
  assert.equal(
    places.map(({ server }) => server),
    [0, 0, 1, 1, 0],
  );
  assert.equal(
    places.map(({ offset }) => offset),
    [5, 0, 5, 0, 7],
  );
  assert.equal(lengths, [9, 7]);
});

test.run();
