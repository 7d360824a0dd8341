import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseInstant, parseRange, parseTargets } from '../../../collectors/prometheus/index.ts';
import { errorIn } from '../../../collectors/prometheus/parse-answer.ts';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { labelOf } from '../../../src/model/labelled.ts';

const test = suite('parse a Prometheus answer');
const capture = (name: string) =>
  readFileSync(new URL(`../../captures/prometheus/${name}`, import.meta.url), 'utf8');
const vector = (...result: readonly unknown[]) =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });

test('a recorded answer is read whole', () => {
  const { samples, atSeconds, damaged, warnings } = parseInstant(capture('overview.json'));
  assert.is(damaged, 0);
  assert.equal(warnings, []);
  assert.ok(atSeconds !== null && atSeconds > 1.7e9);
  const util = samples.find(({ labels }) => labelOf(labels, '__name__') === 'warpwatch_gpu_util_ratio');
  assert.is(util?.value, 0.97);
  const range = parseRange(capture('curves.json'));
  assert.is(range.damaged, 0);
  const loss = range.curves.find(({ labels }) => labelOf(labels, '__name__') === 'warpwatch_training_loss');
  assert.ok(loss?.values.every(Number.isNaN));
  assert.is(loss?.atSeconds.length, loss?.values.length);
});

test('values are texts: numbers, words, and what is neither', () => {
  const metric = { __name__: 'a' };
  const told = parseInstant(
    vector(
      ...['1e3', '+Inf', '-Inf', 'NaN', '', ' ', 'many'].map((value) => ({ metric, value: [1, value] })),
      { metric, value: [1, 5] },
      { metric, value: ['1', '5'] },
      { metric, histogram: [1, {}] },
      { metric: [], value: [1, '5'] },
      null,
      7,
    ),
  );
  assert.equal(
    told.samples.map(({ value }) => String(value)),
    ['1000', 'Infinity', '-Infinity', 'NaN'],
  );
  assert.is(told.damaged, 9);
});

test('labels that are no texts are no labels, and none is found that the answer does not hold', () => {
  const [sample] = parseInstant(vector({ metric: { host: 7, gpu: '0' }, value: [1, '1'] })).samples;
  assert.ok(sample);
  assert.is(labelOf(sample.labels, 'host'), '');
  assert.is(labelOf(sample.labels, 'gpu'), '0');
  assert.is(labelOf(sample.labels, 'constructor'), '');
});

test('what is no answer says what it is', () => {
  const why = (text: string): string => {
    try {
      parseInstant(text);
    } catch (error) {
      assert.instance(error, WarpwatchError);
      return error instanceof WarpwatchError ? error.message : '';
    }
    return '';
  };
  assert.match(why('<html></html>'), /page of HTML/);
  assert.match(why(capture('overview.json').slice(0, 900)), /cut off on its way/);
  assert.match(why('hello'), /not JSON/);
  assert.match(why('[]'), /not JSON|no vector/);
  assert.match(why('{"status":"success"}'), /no vector/);
  assert.match(why(capture('curves.json')), /no vector/);
  assert.match(why(capture('error.json')), /refuses the query: .*parse error: unclosed left parenthesis/);
  assert.is(why('{"status":"error","error":"\\u001b[31mred"}'), 'Prometheus refuses the query: red');
  assert.is(errorIn('{"status":"error"}'), 'without a reason');
  assert.is(errorIn('<html>'), null);
});

test('addresses that fail are told with their reason', () => {
  const target = (job: unknown, lastError: unknown) => ({ labels: { job, instance: 'a:1' }, lastError });
  const activeTargets = [target('x', ''), target('y', 'refused\u001b[2J'), target(7, 'no'), null, {}];
  assert.equal(parseTargets(JSON.stringify({ status: 'success', data: { activeTargets } })), [
    { cluster: '', job: 'y', instance: 'a:1', error: 'refused' },
  ]);
  assert.match(parseTargets(capture('targets.json'))[0]?.error ?? '', /404/);
  assert.throws(() => parseTargets('{"status":"success","data":[]}'), /holds no targets/);
});

test('warnings are told, cleaned and cut', () => {
  const answer = { status: 'success', data: { resultType: 'vector', result: [] } };
  const warnings = ['store \u001b[2Ja', 'x'.repeat(10_000), 7, 'b', 'c', 'd'];
  const told = parseInstant(JSON.stringify({ ...answer, warnings })).warnings;
  assert.is(told.length, 3);
  assert.is(told[0], 'store a');
  assert.is(told[1]?.length, 300);
});

test('whatever the text is, it is read or refused with a sentence', () => {
  const json = fc.json({ maxDepth: 6 });
  const near = fc
    .tuple(fc.anything({ maxDepth: 4 }), fc.constantFrom('vector', 'matrix'))
    .map(([result, resultType]) =>
      JSON.stringify({ status: 'success', data: { resultType, result: [result] } }),
    );
  const cut = fc.nat(capture('overview.json').length).map((end) => capture('overview.json').slice(0, end));
  fc.assert(
    fc.property(fc.oneof(json, fc.string(), near, cut), (text) => {
      for (const parse of [parseInstant, parseRange]) {
        try {
          parse(text);
        } catch (error) {
          assert.instance(error, WarpwatchError);
        }
      }
    }),
  );
});

test.run();
