import { setImmediate as nextTurn } from 'node:timers/promises';
import { WarpwatchError } from '../../src/model/errors.ts';
import type { TrainingProbe } from '../../src/model/training.ts';
import { type Execution, executions, type FoldedNetwork, foldNetwork } from '../models/folded.ts';
import { createResidualNetwork } from '../models/index.ts';
import type { ResidualNetwork } from '../models/residual.ts';
import { runInTurn } from '../models/stages.ts';
import * as tf from '../tf.ts';
import { defaultFusionSeconds, type FusionValues } from './fusion.ts';
import { stopReason, type TrainContext, type TrainSummary } from './train.ts';

/** By default: pictures as the networks were made for, and a pass that takes a moment. */
const defaults = { cifar: { image: 32, batch: 32 }, imageNet: { image: 224, batch: 8 } };
const classes = { cifar: 100, imageNet: 1000 };
/** Passes in training mode that move the statistics from where they start, so that folding has something to fold. */
const calibrationPasses = 3;
/**
 * The most that two ways to compute the same logits may differ by, over the largest logit. Fifty layers in float32
 * were seen to differ by 1e-6; a wrong kernel by a tenth and more.
 */
const tolerance = 1e-3;

/**
 * Runs a ResNet of random weights on one random batch, by turns with fused kernels and without, and holds the logits to
 * each other. Each pass is a step in the phase `fused` or `unfused`, so that a report has both side by side.
 * @throws WarpwatchError `unsupported` where the two ways disagree
 */
export async function runFusion(values: FusionValues, context: TrainContext): Promise<TrainSummary> {
  const { depth, seed, steps } = values;
  const kind = depth === '20' || depth === '32' || depth === '56' ? 'cifar' : 'imageNet';
  const side = values.image ?? defaults[kind].image;
  const batchSize = values.batch ?? defaults[kind].batch;
  const input = { height: side, width: side, channels: 3 };
  const { probe } = context;
  const network = createResidualNetwork(
    depth,
    { input, classes: classes[kind] },
    { probe, initializer: 'he', seed },
  );
  const images = tf.randomNormal<tf.Rank.R4>([batchSize, side, side, 3], 0, 1, 'float32', seed);
  let folded: FoldedNetwork | null = null;
  try {
    const seconds = values.seconds ?? (steps === null ? defaultFusionSeconds : null);
    describe(network, { batchSize, steps, seconds }, context);
    probe.phase('calibration', () => calibrate(network, images));
    folded = foldNetwork(network);
    await warmUp(folded, network, images, probe);
    return await alternate(folded, images, { steps, seconds }, context);
  } finally {
    folded?.dispose();
    images.dispose();
    network.dispose();
  }
}

function describe(
  network: ResidualNetwork,
  { batchSize, steps, seconds }: { batchSize: number; steps: number | null; seconds: number | null },
  { probe, backend }: TrainContext,
): void {
  probe.describe({
    name: `${network.name} inference`,
    backend,
    data: `normal noise, ${network.input.height} pixels`,
    synthetic: true,
    batchSize,
    parameters: network.parameterCount,
    modelFlopsPerSample: network.forwardFlops,
    plannedSteps: steps,
    plannedSeconds: seconds,
  });
}

/** The network as it is, keeping no more than inference needs. */
function infer({ stages }: ResidualNetwork, images: tf.Tensor4D, training: boolean): tf.Tensor2D {
  const passes = stages.map((stage) => (x: tf.Tensor) => stage.apply(x, training));
  return runInTurn(passes, images) as tf.Tensor2D;
}

function calibrate(network: ResidualNetwork, images: tf.Tensor4D): void {
  for (let pass = 0; pass < calibrationPasses; pass++) infer(network, images, true).dispose();
}

/** Both ways once, which compiles and packs what they need, held to the network as it infers without folding. */
async function warmUp(
  folded: FoldedNetwork,
  network: ResidualNetwork,
  images: tf.Tensor4D,
  probe: TrainingProbe,
): Promise<void> {
  const read = async (pass: () => tf.Tensor2D) => {
    const logits = probe.phase('warm-up', pass);
    const data = await logits.data<'float32'>();
    logits.dispose();
    return data;
  };
  const expected = await read(() => infer(network, images, false));
  for (const execution of executions) {
    requireEqual(expected, await read(() => folded.forward(images, execution)), execution);
  }
}

async function alternate(
  folded: FoldedNetwork,
  images: tf.Tensor4D,
  bounds: { readonly steps: number | null; readonly seconds: number | null },
  { probe, signal, now = () => performance.now() }: TrainContext,
): Promise<TrainSummary> {
  const startMs = now();
  let seconds = 0;
  let steps = 0;
  let previous: Float32Array | null = null;
  let stoppedBy = stopReason(bounds, steps, seconds, signal);
  while (stoppedBy === null) {
    const execution = executions[steps % executions.length] as Execution;
    probe.beginStep();
    const logits = probe.phase(execution, () => folded.forward(images, execution));
    // Reading waits for the device, so the step ends when its work does.
    const data = await logits.data<'float32'>();
    logits.dispose();
    probe.endStep(images.shape[0]);
    if (previous !== null) probe.metric('outputDifference', requireEqual(previous, data, execution));
    previous = data;
    steps += 1;
    await nextTurn();
    seconds = (now() - startMs) / 1000;
    stoppedBy = stopReason(bounds, steps, seconds, signal);
  }
  return {
    steps,
    seconds,
    samples: steps * images.shape[0],
    finalLoss: null,
    trainAccuracy: null,
    validationLoss: null,
    validationAccuracy: null,
    nanAtStep: null,
    stoppedBy,
  };
}

/** The largest difference over the largest logit. @throws WarpwatchError `unsupported` where it is beyond rounding. */
function requireEqual(expected: Float32Array, actual: Float32Array, execution: Execution): number {
  let [largest, furthest] = [0, 0];
  for (const [index, value] of expected.entries()) {
    largest = Math.max(largest, Math.abs(value));
    furthest = Math.max(furthest, Math.abs(value - (actual[index] ?? Number.NaN)));
  }
  const difference = furthest / largest;
  if (difference <= tolerance) return difference;
  throw new WarpwatchError(
    'unsupported',
    `The ${execution} kernels of the ${tf.getBackend()} backend give logits that differ by ${difference.toPrecision(2)} of the largest, which is beyond rounding; try another --backend.`,
  );
}
