import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Figure, layers, type MadeUpRun, norms, sayOf, warnings } from './health-timelines.ts';

const test = suite('advice on the layers of a training');
const every10 =
  (value: Figure): Figure =>
  (step, noise) =>
    step % 10 === 0 ? value(step, noise) : null;
const perLayer = (metric: string, value: (at: number) => Figure, names: readonly string[] = layers) =>
  Object.fromEntries(names.map((name, at) => [`${metric}/${name}`, every10(value(at))]));

test('layers whose parameters never change are named', () => {
  const some = perLayer('parameterChange', () => () => 0, layers.slice(0, 2));
  const found = sayOf({ figures: some }, 'frozen-layers');
  assert.is(found?.severity, 'warn');
  assert.is(found?.title, 'The parameters of 2 layers never change: stem, stage1/conv');
  assert.is(found?.evidence, 'In 10 checks they did not, while those of 4 others did.');
});

test('all layers, one that changed once, and one whose changes are small', () => {
  const all = sayOf({ figures: perLayer('parameterChange', () => () => 0) }, 'frozen-layers');
  assert.is(all?.title, 'No layer changes its parameters');
  const once = { 'parameterChange/stem': every10((step) => (step === 10 ? 1e-3 : 0)) };
  assert.is(sayOf({ figures: once }, 'frozen-layers')?.severity, 'ok');
  assert.is(
    sayOf({ figures: { 'parameterChange/stem': every10(() => 1e-8) } }, 'frozen-layers')?.severity,
    'ok',
  );
  assert.is(
    sayOf({ figures: { 'parameterChange/stem': every10(() => Number.NaN) } }, 'frozen-layers')?.severity,
    'ok',
  );
});

test('moving statistics that never change are named, with what it does to the modes', () => {
  const figures = {
    ...perLayer('statisticsChange', () => () => 0, norms),
    inferenceModeLoss: every10(() => 9.1),
    inferenceModeAccuracy: every10(() => 0.01),
  };
  const found = sayOf({ figures }, 'normalisation-modes');
  assert.is(found?.severity, 'warn');
  assert.is(
    found?.title,
    'Moving statistics of 3 normalisations never change: stem-norm, stage1/norm, stage2/norm',
  );
  assert.match(
    found?.evidence ?? '',
    /where they began, of 3.*and 9\.10 in inference mode and accuracies 19 % and 1\.0 %/,
  );
  const alone = sayOf({ figures: { 'statisticsChange/stem-norm': every10(() => 0) } }, 'normalisation-modes');
  assert.match(alone?.title ?? '', /^Moving statistics of 1 normalisation never change: stem-norm$/);
});

test('modes that disagree although the statistics move', () => {
  const figures = { inferenceModeLoss: every10(() => 8), inferenceModeAccuracy: every10(() => 0.02) };
  const found = sayOf({ figures }, 'normalisation-modes');
  assert.is(found?.title, 'The same batch does worse in inference mode than in training mode');
  // A third more loss alone is not enough, nor is accuracy within its noise.
  const little = { inferenceModeLoss: every10((_, noise) => 4.2 + 0.1 * noise()) };
  assert.is(sayOf({ figures: little }, 'normalisation-modes')?.severity, 'ok');
  const better = { inferenceModeLoss: every10(() => 1), inferenceModeAccuracy: every10(() => 0.8) };
  assert.is(sayOf({ figures: better }, 'normalisation-modes')?.severity, 'ok', 'dropout does that');
});

test('a model that gets nothing right, and statistics that lag behind', () => {
  // A sixteenth of them is at the first check.
  const steps = 200;
  const nothing = {
    trainModeAccuracy: every10(() => 0.01),
    inferenceModeAccuracy: every10(() => 0),
    inferenceModeLoss: every10((step, noise) => 4.4 + 2.8 * Math.exp(-step / 40) + 0.1 * noise()),
  };
  assert.is(
    sayOf({ figures: nothing, steps }, 'normalisation-modes')?.severity,
    'ok',
    'a third more loss alone',
  );
  const lagging = perLayer('statisticsChange', () => (step) => 1 - 0.9999 ** step, norms);
  const found = sayOf({ figures: { ...nothing, ...lagging }, steps }, 'normalisation-modes');
  assert.is(found?.title, 'The same batch does worse in inference mode than in training mode');
  assert.is(
    sayOf({ figures: lagging, steps }, 'normalisation-modes')?.severity,
    'ok',
    'the modes agree all the same',
  );
  const arriving = perLayer('statisticsChange', () => (step) => 1 - 0.99 ** step, norms);
  assert.is(sayOf({ figures: { ...nothing, ...arriving }, steps }, 'normalisation-modes')?.severity, 'ok');
});

test('statistics that catch up, tiny losses, one check, and a loss that is no number in inference mode', () => {
  const catching = { inferenceModeLoss: every10((step) => 3.4 + 40 * Math.exp(-step / 60)) };
  assert.is(sayOf({ figures: catching }, 'normalisation-modes')?.severity, 'recheck');
  const worse = { inferenceModeLoss: every10(() => 12) };
  assert.is(sayOf({ figures: worse, steps: 40 }, 'normalisation-modes')?.severity, 'recheck', 'so soon');
  assert.is(sayOf({ figures: worse }, 'normalisation-modes')?.severity, 'warn');
  const tiny = { trainModeLoss: every10(() => 1e-3), inferenceModeLoss: every10(() => 4e-3) };
  assert.is(sayOf({ figures: tiny }, 'normalisation-modes')?.severity, 'ok');
  const one: Figure = (step) => (step === 50 ? 9 : null);
  assert.is(sayOf({ figures: { inferenceModeLoss: one } }, 'normalisation-modes')?.severity, 'recheck');
  const broken = { inferenceModeLoss: every10(() => Number.NaN) };
  assert.is(sayOf({ figures: broken }, 'normalisation-modes')?.severity, 'warn');
});

test('gradients that vanish on their way, with the layers between which they do', () => {
  const figures = perLayer('gradientRms', (at) => () => [1e-9, 2e-9, 1e-4, 3e-4, 1e-3, 2e-3][at] ?? 1);
  const found = sayOf({ figures }, 'gradients');
  assert.is(found?.title, 'Gradients vanish on their way to the first layers');
  assert.match(
    found?.evidence ?? '',
    'the gradient is 1.0e-9 in the first layers and 0.00200 in the last, of 6',
  );
  assert.match(
    found?.evidence ?? '',
    'It changes the most from stage2/conv (0.000100) to stage1/conv (2.0e-9).',
  );
  const none = sayOf({ figures: perLayer('gradientRms', (at) => () => (at < 2 ? 0 : 1e-3)) }, 'gradients');
  assert.match(none?.evidence ?? '', 'None reaches stem, stage1/conv.');
});

test('gradients that grow with depth, that grow by a hundred, and a branch that begins at 0', () => {
  const grows = sayOf({ figures: perLayer('gradientRms', (at) => () => 10 ** (3 - 2 * at)) }, 'gradients');
  assert.is(grows?.title, 'Gradients explode on their way to the first layers');
  const hundred = perLayer('gradientRms', (at) => () => 10 ** (-at / 2));
  assert.is(sayOf({ figures: hundred }, 'gradients')?.severity, 'ok');
  // Scales that begin at 0 let no gradient through in the first steps.
  const opens = perLayer('gradientRms', () => (step) => (step <= 10 ? 0 : 1e-3), layers.slice(0, 3));
  assert.is(sayOf({ figures: opens }, 'gradients')?.severity, 'ok');
});

test('a norm that grows by orders of magnitude, with the step', () => {
  const figures = { gradientNorm: every10((step) => 2 * (step < 60 ? 1 : 10 ** ((step - 50) / 5))) };
  const found = sayOf({ figures }, 'gradients');
  assert.is(found?.severity, 'warn');
  assert.match(found?.evidence ?? '', 'It began at 2.00 and was');
  assert.match(found?.evidence ?? '', 'it was over 1000 times its begin from step 70 on.');
  const hundred = { gradientNorm: every10((step) => (step < 50 ? 2 : 200)) };
  assert.is(sayOf({ figures: hundred }, 'gradients')?.severity, 'ok');
});

test('a first loss far from chance names the layer that stands out', () => {
  const figures: MadeUpRun['figures'] = {
    loss: (step) => 90 * Math.exp(-step / 30),
    ...perLayer('activationRms', (at) => () => (at === 3 ? 120 : 2)),
  };
  const found = sayOf({ figures }, 'first-loss');
  assert.is(found?.severity, 'warn');
  assert.match(
    found?.evidence ?? '',
    'Activations of stage3/conv are 60.0 times those of its neighbours (root mean square 120).',
  );
  assert.not.match(sayOf({ figures: { loss: () => 90 } }, 'first-loss')?.evidence ?? '', 'stands|neighbours');
});

test('two checks in a run of 100 steps suffice for each', () => {
  const seldom =
    (value: number): Figure =>
    (step) =>
      step % 40 === 0 ? value : null;
  const layer = (metric: string, values: (at: number) => number, names = layers) =>
    Object.fromEntries(names.map((name, at) => [`${metric}/${name}`, seldom(values(at))]));
  const healthy = {
    ...layer('parameterChange', () => 3e-3),
    ...layer('statisticsChange', () => 0.9, norms),
    ...layer('gradientRms', () => 1e-3),
    ...layer('activationRms', () => 1),
    updateRatio: seldom(3e-3),
    gradientCosine: seldom(0.2),
    gradientNorm: seldom(2),
  };
  const told = (figures: NonNullable<MadeUpRun['figures']>) =>
    warnings({ figures: { ...healthy, ...figures } });
  assert.equal(told({}), []);
  assert.equal(told(layer('parameterChange', (at) => (at < 3 ? 0 : 3e-3))), ['frozen-layers']);
  assert.equal(told(layer('statisticsChange', () => 0, norms)), ['normalisation-modes']);
  assert.equal(told(layer('gradientRms', (at) => 1e-12 * 100 ** at)), ['gradients']);
  assert.equal(told({ gradientNorm: (step) => (step === 40 ? 2 : step === 80 ? 1e5 : null) }), ['gradients']);
  assert.equal(told({ updateRatio: seldom(0.5) }), ['learning-rate']);
});

test('branches without a gradient near the loss are not counted, and what the first check says is', () => {
  const none = perLayer('gradientRms', (at) => () => (at === 5 ? 0 : 1e-3));
  assert.is(sayOf({ figures: none }, 'gradients')?.severity, 'ok');
  const once = perLayer('gradientRms', (at) => (step) => (step > 10 || at > 1 ? 1e-3 : 1e8));
  assert.is(
    sayOf({ figures: once }, 'gradients')?.title,
    'Gradients explode on their way to the first layers',
  );
});

test('layers that give nothing but zeros', () => {
  const zeros = (some: readonly string[]) => ({ figures: perLayer('activationRms', () => () => 0, some) });
  const found = sayOf(zeros(layers.slice(0, 5)), 'no-learning');
  assert.is(found?.severity, 'warn');
  assert.match(found?.evidence ?? '', '5 of 6 layers gave nothing but zeros, stem the first of them');
  assert.is(sayOf(zeros(['stage1/conv']), 'no-learning')?.severity, 'ok', 'the others have a way beside it');
  assert.is(sayOf({ ...zeros(layers), steps: 10 }, 'no-learning'), undefined, 'one check is too few');
});

test('each fault of a layer is told, and told alone', () => {
  assert.equal(warnings({ figures: perLayer('parameterChange', () => () => 0, ['stem']) }), [
    'frozen-layers',
  ]);
  assert.equal(warnings({ figures: perLayer('statisticsChange', () => () => 0, norms) }), [
    'normalisation-modes',
  ]);
  assert.equal(warnings({ figures: perLayer('gradientRms', (at) => () => 1e-12 * 100 ** at) }), [
    'gradients',
  ]);
});

test.run();
