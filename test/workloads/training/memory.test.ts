import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { silentProbe } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { createResNet } from '../../../workloads/models/index.ts';
import { checkMemory, trainingBytes } from '../../../workloads/training/memory.ts';

const test = suite('memory');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('cpu');
});
test.after(() => backend.stop());

test('ResNet-50 at 224 pixels: what ran is let through, what filled the heap is refused', () => {
  const shape = { input: { height: 224, width: 224, channels: 3 }, classes: 1000 };
  const model = createResNet('50', shape, { probe: silentProbe, initializer: 'lecun-uniform', seed: 1 });
  // 8 took 2.05 GB, 16 took 3.81; 18 filled the heap to the last pages and 20 ended in its backward pass.
  assert.ok(trainingBytes(model, 8) > 2.05e9 && trainingBytes(model, 16) > 3.81e9);
  checkMemory(model, 16, 'wasm');
  checkMemory(model, 64, 'cpu');
  try {
    checkMemory(model, 18, 'wasm');
    assert.unreachable();
  } catch (error) {
    if (!(error instanceof WarpwatchError)) throw error;
    assert.is(error.code, 'unsupported');
    assert.match(error.message, /resnet50 with a batch of 18 .* use --batch 16 or less/);
  }
  model.dispose();
});

test.run();
