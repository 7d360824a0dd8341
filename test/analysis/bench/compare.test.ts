import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Compared, comparePair } from '../../../src/analysis/bench/compare.ts';
import { medianOver, spreadOf } from '../../../src/analysis/bench/spread.ts';
import { absent, known } from '../../../src/model/measured.ts';

const test = suite('bench: spreads and comparisons');

function run(
  name: string,
  samplesPerSecond: readonly (number | null)[],
  accuracy: readonly number[] = [],
): Compared {
  return {
    label: `${name}, 2 replicas`,
    name,
    samplesPerSecond,
    accuracyAtEqualSeconds: accuracy,
    accuracyAtEqualSamples: [],
  };
}

const rates = fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 2, maxLength: 8 });

test('a spread is the median and an interval of the mean, from what was told', () => {
  const spread = spreadOf([known(1, 'steps'), absent('no'), known(2, 'steps'), known(6, 'steps')], 'amounts');
  assert.is(spread.value, 2);
  if (spread.value === null) return;
  // Mean 3, standard deviation √7, t of two degrees 4.303.
  assert.ok(Math.abs((spread.high ?? 0) - (3 + 4.303 * Math.sqrt(7 / 3))) < 1e-9);
  assert.is(spread.from, 'steps; median of 3 rounds, 95 % interval of their mean');
});

test('an interval does not leave what a figure can be', () => {
  const spread = spreadOf([known(0.1, 'steps'), known(0.9, 'steps')], 'amounts', [0, 1]);
  if (spread.value === null) throw new Error('it is known');
  assert.equal([spread.low, spread.high], [0, 1]);
});

test('one round has no interval, none has the reason', () => {
  const one = spreadOf([known(5, 'steps')], 'factors');
  assert.equal(one, { value: 5, low: null, high: null, from: 'steps; one round' });
  assert.equal(spreadOf([absent('It broke.')], 'factors'), absent('It broke.'));
  assert.equal(spreadOf([], 'factors'), absent('No round of it came to its end.'));
  assert.equal(medianOver([known(5, 'steps'), known(7, 'steps')]), known(6, 'steps; median of 2 rounds'));
});

test('a difference beyond the noise is a verdict', () => {
  const { comparisons, sentence } = comparePair(
    run('async', [147, 150, 144], [0.61, 0.6, 0.62]),
    run('sync', [100, 100, 100], [0.6, 0.61, 0.62]),
    2,
    'With 2 replicas',
  );
  assert.equal(
    comparisons.map(({ figure, a, beyondNoise }) => [figure, a, beyondNoise]),
    [
      ['samplesPerSecond', 'async, 2 replicas', true],
      ['accuracyAtEqualSeconds', 'async, 2 replicas', false],
    ],
  );
  assert.is(
    sentence,
    'With 2 replicas async trains 1.47 times as many samples a second as sync (95 % interval 1.40 to 1.55 over 3 rounds); its accuracy at equal time is within the noise of that of sync (95 % interval -2.48 to 2.48 points over 3 rounds).',
  );
});

test('a difference within the noise is none, and says so', () => {
  const { comparisons, sentence } = comparePair(run('async', [90, 120]), run('sync', [100, 100]), 2, '');
  assert.not.ok(comparisons.some(({ beyondNoise }) => beyondNoise));
  assert.match(
    sentence,
    /^no difference shows beyond the noise: async trains 1\.04 times as many samples a second as sync \(95 % interval/,
  );
});

test('whose accuracy it is stays clear where the first clause is on both', () => {
  const { sentence } = comparePair(
    run('async', [90, 120], [0.5, 0.6]),
    run('sync', [100, 100], [0.5, 0.6]),
    2,
    '',
  );
  assert.match(sentence, /; the accuracy of async at equal time is within the noise of that of sync/);
});

test('one round tells nothing of the noise, no round nothing at all', () => {
  const one = comparePair(run('async', [150, null]), run('sync', [100, 100]), 2, '');
  assert.is(one.comparisons[0]?.value, 1.5);
  assert.is(one.comparisons[0]?.low, null);
  assert.is(one.comparisons[0]?.beyondNoise, false);
  assert.match(one.sentence, /in one round, which tells nothing of the noise\.$/);
  const none = comparePair(run('async', [null, 150]), run('sync', [100, null]), 2, '');
  assert.is(none.comparisons[0]?.value, null);
  assert.match(none.sentence, /cannot be compared, since there is no round in which both are known/);
});

test('what slows all runs of a round slows no comparison', () => {
  fc.assert(
    fc.property(rates, fc.double({ min: 0.5, max: 2, noNaN: true }), (slow, factor) => {
      const fast = slow.map((value) => value * factor);
      const [only] = comparePair(run('a', fast), run('b', slow), 2, '').comparisons;
      for (const end of [only?.value, only?.low, only?.high]) {
        assert.ok(Math.abs((end ?? Number.NaN) - factor) < 1e-9);
      }
    }),
  );
});

test('a comparison the other way round is the inverse', () => {
  fc.assert(
    fc.property(rates, rates, (a, b) => {
      const [there] = comparePair(run('a', a), run('b', b), 2, '').comparisons;
      const [back] = comparePair(run('b', b), run('a', a), 2, '').comparisons;
      assert.ok(Math.abs((there?.value ?? 0) * (back?.value ?? 0) - 1) < 1e-9);
      assert.is(there?.beyondNoise, back?.beyondNoise);
    }),
  );
});

test.run();
