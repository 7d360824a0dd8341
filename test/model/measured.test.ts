import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { absent, isKnown, known, valueOrNaN } from '../../src/model/measured.ts';

const test = suite('measured');

test('a known value carries its source, an unknown one its reason', () => {
  assert.equal(known(0.5, 'host'), { value: 0.5, from: 'host' });
  assert.equal(absent('No sensor.'), { value: null, why: 'No sensor.' });
  assert.ok(isKnown(known(0, 'host')));
  assert.not.ok(isKnown(absent('No sensor.')));
});

test('an unknown value is a gap in a curve, never 0', () => {
  assert.is(valueOrNaN(known(0, 'host')), 0);
  assert.ok(Number.isNaN(valueOrNaN(absent('No sensor.'))));
});

test.run();
