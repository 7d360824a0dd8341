import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { upperF } from '../../src/analysis/f-statistic.ts';

const test = suite('F statistic under no dependence');

test('its upper quantiles are those of the tables', () => {
  for (const [z, between, within, expected] of [
    [1.644854, 9, 30, 2.2107],
    [2.326348, 9, 30, 3.0665],
    [2.326348, 9, 120, 2.5586],
    [2.326348, 20, 60, 2.1978],
    [2.326348, 1, 100, 6.895],
  ] as const) {
    const found = upperF(z, between, within);
    assert.ok(Math.abs(found / expected - 1) < 0.01, `${between}, ${within}: ${found}`);
  }
});

test('it comes near to 1 as samples grow, and is no number where there are too few', () => {
  assert.ok(upperF(2.326, 999, 1e6) < 1.11);
  assert.ok(Number.isNaN(upperF(2.326, 3, 1)));
  assert.ok(Number.isNaN(upperF(2.326, 0, 100)));
  assert.ok(Number.isNaN(upperF(2.326, Number.NaN, 100)));
});

test.run();
