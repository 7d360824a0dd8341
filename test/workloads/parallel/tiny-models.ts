import type { BuilderSettings } from '../../../workloads/models/builder.ts';
import { ModelBuilder } from '../../../workloads/models/builder.ts';
import { conv2d, dense, globalAveragePool } from '../../../workloads/models/layers.ts';
import { finishModel, type Model, type ModelShape } from '../../../workloads/models/model.ts';
import { createResNetCifar } from '../../../workloads/models/resnet-cifar.ts';
import { stageList } from '../../../workloads/models/stages.ts';
import * as tf from '../../../workloads/tf.ts';

export type TinyModel = 'plain' | 'resnet';

/** Models small enough to be trained many times in a test. */
export function createTinyModel(kind: TinyModel, shape: ModelShape, settings: BuilderSettings): Model {
  return kind === 'resnet'
    ? createResNetCifar({ depth: 8, width: 4 }, shape, settings)
    : createPlain(shape, settings);
}

/** Convolutions with biases and no normalisation; the second one is used twice. */
function createPlain(shape: ModelShape, settings: BuilderSettings): Model {
  const builder = ModelBuilder.start(settings);
  const stages = stageList(builder);
  const first = conv2d(builder, 'conv1', shape.input, { filters: 4, kernel: 3, stride: 2, bias: true });
  stages.add<tf.Tensor4D>('conv1', (x, training) => tf.relu(first.apply(x, training)));
  const second = conv2d(builder, 'conv2', first.output, { filters: 4, kernel: 3, stride: 1, bias: true });
  stages.add<tf.Tensor4D>('conv2', (x, training) => {
    const once = tf.relu<tf.Tensor4D>(second.apply(x, training));
    return tf.relu(second.apply(once, training));
  });
  const pool = globalAveragePool(builder, 'pool', second.output);
  stages.add<tf.Tensor4D>('pool', (x) => pool(x));
  const classify = dense(builder, 'classifier', second.output.channels, shape.classes);
  stages.add<tf.Tensor2D>('classifier', (x) => classify(x));
  return finishModel('plain', shape, builder, stages.all);
}
