import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { absent, isKnown, known, mapMeasured } from '../../src/model/measured.ts';

const test = suite('measured');

test('arithmetic keeps the source of a known value', () => {
  assert.equal(
    mapMeasured(known(0.5, 'host'), (ratio) => ratio * 100),
    { value: 50, from: 'host' },
  );
});

test('arithmetic cannot turn an unknown value into a number', () => {
  const unknown = absent('No sensor answers; install lm-sensors.');
  assert.is(
    mapMeasured<number, number>(unknown, () => 0),
    unknown,
  );
  assert.not.ok(isKnown(unknown));
});

test.run();
