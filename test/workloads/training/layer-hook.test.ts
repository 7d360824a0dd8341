import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe, type TrainingProbe } from '../../../src/model/training.ts';
import { hookLayers } from '../../../workloads/training/layer-hook.ts';

const test = suite('layer hook');

test('sees layers without layers inside, by their path and inside of them, and may change what they give', () => {
  const heard: string[] = [];
  const inner: TrainingProbe = {
    ...silentProbe,
    layer(name, body) {
      heard.push(`(${name}`);
      const output = body();
      heard.push(`${name})`);
      return output;
    },
  };
  const probe = hookLayers(inner, (path, output) => {
    heard.push(path);
    return typeof output === 'number' ? output + 1 : output;
  });
  const sum = probe.layer('stage1/block1', () => {
    const first = probe.layer('conv1', () => 10);
    return first + probe.layer('conv2', () => 20);
  });
  assert.is(sum, 32);
  assert.is(
    probe.layer('pool', () => 1),
    2,
  );
  assert.equal(heard, [
    '(stage1/block1',
    '(conv1',
    'stage1/block1/conv1',
    'conv1)',
    '(conv2',
    'stage1/block1/conv2',
    'conv2)',
    'stage1/block1)',
    '(pool',
    'pool',
    'pool)',
  ]);
});

test('a layer that throws does not become part of the next one', () => {
  const paths: string[] = [];
  const probe = hookLayers(silentProbe, (path) => paths.push(path));
  assert.throws(() =>
    probe.layer('outer', () =>
      probe.layer('inner', () => {
        throw new Error('broken');
      }),
    ),
  );
  probe.layer('next', () => 1);
  assert.equal(paths, ['next']);
});

test.run();
