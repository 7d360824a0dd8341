import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { themes } from '../../dashboards/terminal/palette.ts';
import { brailleChart, type Trace } from '../../dashboards/terminal/text/braille-chart.ts';
import { curveColumns, scaleOf } from '../../dashboards/terminal/text/curve.ts';
import { lineWidth, renderLine } from '../../dashboards/terminal/text/style.ts';
import { timeWindow } from '../../dashboards/terminal/text/time-window.ts';
import { curveChart } from '../../dashboards/terminal/views/curve-chart.ts';

const test = suite('charts');
const shares = { low: 0, high: 1 };

function drawn(traces: readonly Trace[], width: number, height: number): string[] {
  return brailleChart(traces, shares, width, height).map((line) => renderLine(line, themes.bare));
}

function flat(value: number, columns: number, stroke: Trace['stroke'] = 'line'): Trace {
  const values = new Array<number>(columns).fill(value);
  return { low: values, high: values, stroke, role: 'real' };
}

test('half of the scale stands in the middle row', () => {
  assert.equal(drawn([flat(0.5, 8)], 4, 5), ['    ', '    ', '⠤⠤⠤⠤', '    ', '    ']);
});

test('the ends of the scale stand at the edges, and what lies beyond stays there', () => {
  assert.equal(drawn([flat(1, 4)], 2, 2), ['⠉⠉', '  ']);
  assert.equal(drawn([flat(0, 4)], 2, 2), ['  ', '⣀⣀']);
  assert.equal(drawn([flat(7, 4)], 2, 2), ['⠉⠉', '  ']);
});

test('strokes differ without colour: a line, a broken line, an area', () => {
  assert.equal(drawn([flat(0.5, 12)], 6, 1), ['⠤⠤⠤⠤⠤⠤']);
  assert.equal(drawn([flat(0.5, 12, 'dashed')], 6, 1), [' ⠤⠤ ⠤⠤']);
  assert.equal(drawn([flat(0.5, 12, 'dotted')], 6, 1), ['⠄ ⠄ ⠄ ']);
  assert.equal(drawn([flat(0.5, 12, 'area')], 6, 1), ['⣤⣤⣤⣤⣤⣤']);
});

test('a steep curve stays in one piece', () => {
  const values = [0, 0, 1, 1];
  const rows = drawn([{ low: values, high: values, stroke: 'line', role: 'real' }], 2, 3);
  for (const row of rows) assert.is.not(row.charAt(1), ' ');
});

test('NaN leaves a gap, and no value next to it is drawn across', () => {
  const values = [1, 1, Number.NaN, Number.NaN, 0, 0];
  const rows = drawn([{ low: values, high: values, stroke: 'line', role: 'real' }], 3, 2);
  assert.equal(rows, ['⠉  ', '  ⣀']);
});

test('a time window always spans its columns, the newest value at the right edge', () => {
  // A value that stands for two columns is joined to its neighbours by a line.
  assert.equal([...timeWindow([0, 1], 2, 4)], [0, 0.25, 0.75, 1]);
  assert.equal([...timeWindow([1, 2, 3], 2, 2)], [2, 3]);
  assert.equal([...timeWindow([1, 2], 4, 4)], [Number.NaN, Number.NaN, 1, 2]);
});

test('a column that holds many values shows their mean, without the unknown ones', () => {
  assert.equal([...timeWindow([1, 3, 5, 7], 4, 2)], [2, 6]);
  assert.equal([...timeWindow([1, Number.NaN, Number.NaN, Number.NaN], 4, 2)], [1, Number.NaN]);
});

test('a time window keeps to the range of its values, and has its columns, whatever they are', () => {
  const values = fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN)));
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1e4 }), fc.nat(300), (given, points, columns) => {
      const placed = timeWindow(given, points, columns);
      assert.is(placed.length, columns);
      const known = given.filter(Number.isFinite);
      const [low, high] = [Math.min(...known), Math.max(...known)];
      for (const value of placed) {
        assert.ok(Number.isNaN(value) || (value >= low - 1e-9 && value <= high + 1e-9));
      }
    }),
  );
});

test('a spike among many points is kept', () => {
  const x = Array.from({ length: 1000 }, (_, index) => index);
  const { high } = curveColumns(
    x,
    x.map((step) => (step === 500 ? 9 : 1)),
    20,
  );
  assert.is(Math.max(...high), 9);
});

test('a curve joins its points, and a NaN parts them', () => {
  assert.equal([...curveColumns([0, 4], [0, 4], 5).low], [0, 1, 2, 3, 4]);
  const parted = curveColumns([0, 2, 4], [0, Number.NaN, 4], 5);
  assert.equal([...parted.low], [0, Number.NaN, Number.NaN, Number.NaN, 4]);
  assert.equal([...parted.broken], [2]);
});

test('a NaN in a loss curve shows as a mark in the lowest row', () => {
  const look = { title: [], role: 'loss', format: String } as const;
  const curve = { x: [1, 2, 3, 4, 5], y: [4, 3, Number.NaN, 2, 1] };
  const rows = curveChart(curve, look, 27, 5).map((line) => renderLine(line, themes.bare));
  assert.match(rows[4] ?? '', '×');
  assert.not.match(rows.slice(0, 4).join(''), '×');
});

test('a scale holds every finite value and is never empty', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e100, max: 1e100 })), (values) => {
      const scale = scaleOf([...values, Number.NaN, Number.POSITIVE_INFINITY]);
      assert.ok(scale.high > scale.low);
      for (const value of values) {
        if (Number.isFinite(value)) assert.ok(value >= scale.low && value <= scale.high);
      }
    }),
    { examples: [[[0]], [[Number.MIN_VALUE]], [[-Number.MIN_VALUE]]] },
  );
});

test('a share that does not change stands between nothing and all', () => {
  for (const share of [0, 0.5, 1]) assert.equal(scaleOf([share, share]), { low: 0, high: 1 });
  assert.equal(scaleOf([4, 4]), { low: 2, high: 6 });
});

test('a chart has exactly its size, whatever its values', () => {
  const values = fc.array(fc.double());
  const stroke = fc.constantFrom<Trace['stroke']>('line', 'dashed', 'dotted', 'area');
  fc.assert(
    fc.property(values, values, stroke, fc.nat(40), fc.nat(10), (low, high, kind, width, height) => {
      const lines = brailleChart([{ low, high, stroke: kind, role: 'real' }], shares, width, height);
      assert.is(lines.length, width === 0 ? 0 : height);
      for (const line of lines) assert.is(lineWidth(line), width);
    }),
  );
});

test.run();
