import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkAdvice } from '../../../../src/analysis/advice/index.ts';
import { addSamples, emptyTimeline } from '../../../support/timelines.ts';
import { type Figure, layers, madeUpRun, outputAlone, sayOf, stepNs, warnings } from './health-timelines.ts';

const test = suite('advice on training health: healthy runs and bad values');

const ids = [
  'repeated-data',
  'shuffled-labels',
  'no-learning',
  'frozen-layers',
  'normalisation-modes',
  'gradients',
  'learning-rate',
  'ran-once',
  'over-fitting',
];

test('a healthy run raises nothing, whatever its noise and its length', () => {
  for (const steps of [3, 30, 60, 100, 150, 400]) {
    for (let seed = 1; seed <= 12; seed++) {
      assert.equal(warnings({ steps, seed }), [], `${steps} steps, seed ${seed}`);
    }
  }
});

test('a fault that the workload names is not read: only figures count', () => {
  assert.equal(warnings({ workload: { fault: 'frozen-bn' } }), []);
});

test('a program of which the output alone is known gets no guesses', () => {
  const run = { steps: 200, figures: outputAlone ?? {}, workload: null };
  assert.equal(warnings(run), []);
  const said = checkAdvice(madeUpRun(run)).filter(({ id }) => ids.includes(id));
  assert.equal(said.map(({ id, severity }) => `${id} ${severity}`).sort(), [
    'learning-rate recheck',
    'over-fitting ok',
  ]);
});

test('where nothing is reported nothing is said', () => {
  const said = checkAdvice(emptyTimeline()).map(({ id }) => id);
  assert.equal(
    said.filter((id) => ids.includes(id)),
    [],
  );
});

test('figures that are no numbers, negative or huge, and single values, throw nothing and accuse nobody', () => {
  const odd: readonly Figure[] = [
    () => Number.NaN,
    () => Number.POSITIVE_INFINITY,
    (step) => (step === 1 ? 0.5 : null),
    (step) => (step % 2 === 0 ? Number.NaN : -1),
  ];
  const names = Object.keys(outputAlone ?? {});
  assert.ok(names.length > 15);
  for (const [at, figure] of odd.entries()) {
    const run = madeUpRun({ figures: Object.fromEntries(names.map((name) => [name, figure])) });
    const said = checkAdvice(run).filter(({ id, severity }) => ids.includes(id) && severity === 'warn');
    assert.equal(
      said.map(({ id, title }) => `${id}: ${title}`),
      [],
      `figure ${at}`,
    );
  }
  const huge = madeUpRun({ figures: Object.fromEntries(names.map((name) => [name, () => 1e300])) });
  assert.ok(checkAdvice(huge).every(({ evidence }) => !/NaN|undefined/.test(evidence)));
});

test('whatever values there are, findings are sentences without holes and nothing is thrown', () => {
  const names = ['loss', 'accuracy', 'learningRate', 'validationLoss', ...Object.keys(outputAlone ?? {})];
  const value = fc.oneof(
    fc.double(),
    fc.constantFrom(0, 1, -1, 1e-300, 1e300, Number.NaN),
    fc.double({ min: 0, max: 1 }),
  );
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...names), fc.array(value, { minLength: 1, maxLength: 20 }), {
        maxKeys: 12,
      }),
      fc.constantFrom(1, 7, 60, 130),
      (given, steps) => {
        const figures = Object.fromEntries(
          Object.entries(given).map(([name, values]) => [
            name,
            (step: number) => values[step % values.length] ?? null,
          ]),
        );
        for (const { title, evidence, remedy } of checkAdvice(madeUpRun({ steps, figures }))) {
          for (const text of [title, evidence, remedy])
            assert.not.match(text, /undefined|null|\[object| {2}/);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('one step, and losses alone without steps', () => {
  assert.equal(warnings({ steps: 1 }), []);
  const timeline = emptyTimeline();
  for (const layer of layers) addSamples(timeline, null, `parameterChange/${layer}`, [[stepNs, 0]]);
  addSamples(timeline, null, 'loss', [[stepNs, 4.6]]);
  assert.equal(
    checkAdvice(timeline).filter(({ severity }) => severity === 'warn'),
    [],
  );
  assert.is(sayOf(timeline, 'frozen-layers'), undefined, 'one check is none');
});

test.run();
