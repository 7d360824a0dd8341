import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { themes } from '../../dashboards/terminal/palette.ts';
import { bar, stackedBar } from '../../dashboards/terminal/text/bar.ts';
import { figure } from '../../dashboards/terminal/text/figure.ts';
import { sparkline } from '../../dashboards/terminal/text/sparkline.ts';
import { fitLine, justify, lineWidth, renderLine, span } from '../../dashboards/terminal/text/style.ts';
import { type Column, table } from '../../dashboards/terminal/text/table.ts';
import { displayWidth, fit, truncate, wrap } from '../../dashboards/terminal/text/width.ts';
import { clean, longestText } from '../../src/model/clean-text.ts';
import { absent, known } from '../../src/model/measured.ts';
import {
  byteSize,
  clockTime,
  count,
  percent,
  quantity,
  shortTime,
  withUnit,
} from '../../src/model/numbers.ts';

const test = suite('terminal text');

/** Names as hostile programs make them: controls, escapes, direction marks, lone surrogates, wide characters. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001b[31m',
        '\u001b]0;title\u0007',
        '\u001b[2J',
        '\u009b1A',
        '\r\n',
        '\t',
        '\u202e',
        '\ud800',
      ),
      fc.constantFrom('漢字', 'e\u0301', '👩‍🚀', '\u200b', 'x'.repeat(50)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the expression is for.
const obeyed = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

test('no control character, escape or direction mark passes', () => {
  fc.assert(
    fc.property(hostile, fc.nat(120), (text, width) => {
      assert.not.match(clean(text), obeyed);
      assert.not.match(truncate(text, width), obeyed);
      assert.not.match(span(text).text, obeyed);
      for (const line of wrap(text, width)) assert.not.match(line, obeyed);
    }),
  );
});

test('no text is wider than asked', () => {
  fc.assert(
    fc.property(hostile, fc.nat(120), (text, width) => {
      assert.ok(displayWidth(truncate(text, width)) <= width);
      assert.is(displayWidth(fit(text, width)), width);
      assert.is(displayWidth(fit(text, width, 'right')), width);
      for (const line of wrap(text, width)) assert.ok(displayWidth(line) <= width);
      const line = [span(text, 'strong'), span('tail')];
      assert.is(lineWidth(fitLine(line, width)), width);
      assert.is(lineWidth(justify(line, [span(text, 'dim')], width)), width);
    }),
  );
});

test('a whole escape sequence goes, not only its first character', () => {
  assert.is(clean('a\u001b[1;31mred\u001b[0m b'), 'ared b');
  assert.is(clean('a\u001b]8;;http://x\u0007link'), 'alink');
  assert.is(clean('two\nlines'), 'two lines');
});

test('a name of a megabyte is cut before it costs anything', () => {
  const start = performance.now();
  assert.is(clean('é'.repeat(1_000_000)).length, longestText);
  assert.ok(performance.now() - start < 50);
});

test('a cut shows, and wide characters count twice', () => {
  assert.is(truncate('Conv2DBackpropFilter', 8), 'Conv2DB…');
  assert.is(displayWidth('漢字'), 4);
  assert.is(truncate('漢字漢字', 5), '漢字…');
  assert.is(displayWidth('e\u0301'), 1);
});

test('ratios print as percent', () => {
  assert.equal([0, 0.0002, 0.061, 0.0994, 0.0996, 0.971, 1, 1.2].map(percent), [
    '0%',
    '<0.1%',
    '6.1%',
    '9.9%',
    '10%',
    '97%',
    '100%',
    '120%',
  ]);
});

test('numbers keep three digits that count', () => {
  assert.equal([0, 1e-7, 0.01234, 0.9999, 1.234, 12.345, 99.96, 1234.5, -3.146].map(quantity), [
    '0',
    '1.0e-7',
    '0.0123',
    '1.00',
    '1.23',
    '12.3',
    '100',
    '1,235',
    '-3.15',
  ]);
  assert.equal([0, 999, 12345, 12_345_678].map(count), ['0', '999', '12,345', '12.3M']);
  assert.equal(
    [999.6, 1.234e9].map((value) => withUnit(value, 'FLOP/s')),
    ['1.00 kFLOP/s', '1.23 GFLOP/s'],
  );
  assert.equal([512, 1024, 3.12 * 2 ** 30].map(byteSize), ['512 B', '1.00 KiB', '3.12 GiB']);
  assert.equal([0, 41e-9, 340e-6, 0.00999, 1.25, 125].map(shortTime), [
    '0 s',
    '41.0 ns',
    '340 µs',
    '9.99 ms',
    '1.25 s',
    '2:05',
  ]);
  assert.equal([-1, 65, 3723, 200_000].map(clockTime), ['0:00', '1:05', '1:02:03', '2d 07:33']);
});

test('NaN says NaN, and an absent figure is never 0', () => {
  for (const format of [percent, quantity, count, byteSize, shortTime, clockTime]) {
    assert.is(format(Number.NaN), 'NaN');
    assert.is(format(Number.POSITIVE_INFINITY), '∞');
  }
  assert.equal(figure(absent('Nobody measured it.'), percent), { text: '–', role: 'dim' });
  assert.equal(figure(known(Number.NaN, 'workload'), quantity), { text: 'NaN', role: 'bad' });
});

test('numbers of any size print short and without a throw', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      for (const format of [quantity, shortTime, clockTime]) assert.ok(format(value).length <= 28);
      assert.ok(displayWidth(byteSize(value)) <= 28);
    }),
  );
});

test('bars fill exactly their width, in proportion', () => {
  const text = (line: ReturnType<typeof bar>): string => renderLine(line, themes.bare);
  assert.is(text(bar(0.5, 10, 'real')), '━━━━━─────');
  assert.is(text(bar(0.55, 10, 'real')), '━━━━━╸────');
  assert.is(text(bar(Number.NaN, 4, 'real')), '────');
  const part = (share: number, glyph: string) => ({ share, glyph, role: 'plain' as const });
  assert.is(text(stackedBar([part(0.25, '█'), part(0.5, '▒')], 8)), '██▒▒▒▒··');
  fc.assert(
    fc.property(fc.array(fc.double()), fc.double(), fc.nat(80), (shares, ratio, width) => {
      assert.is(lineWidth(bar(ratio, width, 'real')), width);
      assert.is(
        lineWidth(
          stackedBar(
            shares.map((share) => part(share, '█')),
            width,
          ),
        ),
        width,
      );
    }),
  );
});

test('a sparkline rises with its values and marks NaN', () => {
  assert.is(renderLine(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8, 'loss'), themes.bare), '▁▂▃▄▅▆▇█');
  assert.is(renderLine(sparkline([1, Number.NaN, 2], 8, 'loss'), themes.bare), '▁×█');
  fc.assert(
    fc.property(fc.array(fc.double()), fc.nat(60), (values, width) => {
      assert.ok(lineWidth(sparkline(values, width, 'loss')) <= width);
    }),
  );
});

test('a table is as wide as asked, and gives up columns by rank', () => {
  const column = (title: string, rank: number): Column<string> => ({
    title,
    width: 8,
    align: 'right',
    rank,
    cell: (row) => [span(row)],
  });
  const columns = [column('name', 0), column('second', 2), column('third', 1)];
  const head = (width: number): string =>
    table(columns, ['x'], width)
      .slice(0, 1)
      .map((line) => renderLine(line, themes.bare))
      .join('');
  assert.match(head(40), 'second');
  assert.not.match(head(20), 'second');
  assert.match(head(20), 'third');
  assert.not.match(head(12), 'third');
  fc.assert(
    fc.property(hostile, fc.nat(100), fc.boolean(), (row, width, rule) => {
      for (const line of table(columns, [row], width, rule)) assert.is(lineWidth(line), width);
    }),
  );
});

test('colours are closed before the next text, and a bare theme sends none', () => {
  const line = [span('a'), span('b', 'warn'), span('c', 'warn'), span('d')];
  assert.is(renderLine(line, themes.bare), 'abcd');
  assert.is(renderLine(line, themes.colour), `a\u001b[${themes.colour.warn}mbc\u001b[0md`);
  for (const look of Object.values(themes.monochrome)) assert.not.match(look, /3|4/);
});

test.run();
