import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Lane } from '../../dashboards/web/timeline/lane.ts';

const test = suite('web lane');
const categoryOf = Uint8Array.of(0, 1, 2);

/** Executions one after the other: gap, duration, launch. */
const serial = fc.array(fc.tuple(fc.nat(20), fc.nat(30), fc.nat(2)), { maxLength: 400 });

function laneOf(list: readonly (readonly [gap: number, duration: number, launch: number])[]): Lane {
  let endNs = 0;
  const startNs = Float64Array.from(list, ([gap, duration]) => {
    const start = endNs + gap;
    endNs = start + duration;
    return start;
  });
  const durationNs = Float64Array.from(list, ([, duration]) => duration);
  return new Lane(
    { startNs, durationNs, launch: Uint32Array.from(list, ([, , launch]) => launch) },
    categoryOf,
  );
}

interface Marks {
  readonly boxes: number[];
  readonly blends: {
    readonly at: number;
    readonly share: number;
    readonly from: number;
    readonly to: number;
  }[];
}

function marksOf(lane: Lane, fromNs: number, toNs: number, widthPx: number): Marks {
  const marks: Marks = { boxes: [], blends: [] };
  lane.forEachMark(fromNs, toNs, widthPx, {
    box: (index) => marks.boxes.push(index),
    blend: (at, share, _category, from, to) => marks.blends.push({ at, share, from, to }),
  });
  return marks;
}

test('every execution in sight is in one mark, and no other is', () => {
  fc.assert(
    fc.property(
      serial,
      fc.nat(3000),
      fc.integer({ min: 1, max: 4000 }),
      fc.integer({ min: 1, max: 200 }),
      (list, fromNs, length, widthPx) => {
        const lane = laneOf(list);
        const { boxes, blends } = marksOf(lane, fromNs, fromNs + length, widthPx);
        const drawn = [
          ...boxes,
          ...blends.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at)),
        ];
        const seen = new Set(drawn);
        assert.is(seen.size, drawn.length);
        for (let i = 0; i < lane.count; i++) {
          const start = lane.startNs[i] as number;
          const end = start + (lane.durationNs[i] as number);
          if (end > fromNs && start < fromNs + length && end > start) assert.ok(seen.has(i), `${i} is drawn`);
          // Those that share the last pixel may begin behind it by less than a pixel.
          if (end < fromNs || start >= fromNs + length + length / widthPx) assert.not.ok(seen.has(i));
        }
      },
    ),
  );
});

test('marks are as many as there are pixels, not as there are executions', () => {
  const lane = laneOf(Array.from({ length: 100_000 }, (_, at) => [1, 3, at % 3] as const));
  const { boxes, blends } = marksOf(lane, 0, 400_000, 500);
  assert.ok(boxes.length + blends.length <= 501);
  // Three of four nanoseconds are busy, whichever way it is summed.
  for (const { share } of blends) assert.ok(Math.abs(share - 0.75) < 0.01);
});

test('a merged pixel has the category that fills most of it', () => {
  const list = Array.from({ length: 1000 }, (_, at) =>
    at % 5 === 0 ? ([0, 50, 2] as const) : ([0, 2, 1] as const),
  );
  const lane = laneOf(list);
  const found: number[] = [];
  lane.forEachMark(0, 11_600, 4, {
    box: () => undefined,
    blend: (_at, _share, category) => found.push(category),
  });
  assert.ok(found.length >= 4 && found.every((category) => category === 2));
});

test('where many overlap, marks stay few', () => {
  const count = 50_000;
  const startNs = Float64Array.from({ length: count }, (_, at) => at / 100);
  const lane = new Lane(
    { startNs, durationNs: new Float64Array(count).fill(1e6), launch: new Uint32Array(count) },
    categoryOf,
  );
  assert.ok(marksOf(lane, 0, 1000, 500).boxes.length <= 500 * 8 + 8);
});

test('the pointer finds the execution under it, or the nearest within reach', () => {
  const lane = laneOf([
    [10, 10, 0],
    [30, 10, 1],
  ]);
  assert.is(lane.at(15, 0), 0);
  assert.is(lane.at(22, 3), 0);
  assert.is(lane.at(35, 3), -1);
  assert.is(lane.at(48, 3), 1);
  assert.is(lane.at(55, 0), 1);
  assert.equal(lane.within(12, 51), { from: 0, to: 2 });
});

test('a lane of nothing draws nothing', () => {
  const lane = laneOf([]);
  assert.equal(marksOf(lane, 0, 100, 100), { boxes: [], blends: [] });
  assert.is(lane.at(5, 5), -1);
});

test.run();
