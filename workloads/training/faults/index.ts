import type { DataDescription, DataKind } from '../../data/index.ts';
import type { BuilderSettings, Parameter } from '../../models/builder.ts';
import * as tf from '../../tf.ts';
import { layerOf } from '../health/parameter-checks.ts';
import { hookLayers } from '../layer-hook.ts';
import type { TrainContext, TrainSettings } from '../train.ts';
import type { Fault, FaultyModel } from './fault.ts';
import { exploding, foldedDropout, middleOf, notFinite, vanishing, zeros } from './layer-faults.ts';
import type { FaultChoice, FaultName } from './names.ts';

const highRate = 100;
const lowRate = 1e-4;
/** Steps between the evaluations of `over-fit`: a validation that turns needs some before and some after. */
const watchedEvery = 25;
/** Over the deviation of He et al. 2015. */
const largeWeights = 30;
/** Of what a moving statistic was; batches by the ten thousand would be needed. */
const laggingShare = 0.9999;

/** Every fault; a new one is a row here and its name in `names.ts`. */
const faults: Readonly<Record<FaultName, Fault>> = {
  'identical-batch': {},
  'duplicate-samples': {},
  'constant-labels': {},
  'shuffled-labels': {},
  'over-fit': {
    augmentation: false,
    settings: ({ evaluateEvery }) => ({ weightDecay: 0, evaluateEvery: evaluateEvery ?? watchedEvery }),
  },
  'bad-init': {
    parameters: (parameters) => {
      // What has a bias has no normalisation after it, which would undo the scale.
      const biased = new Set(
        parameters.flatMap(({ name }) => (name.endsWith('/bias') ? [layerOf(name)] : [])),
      );
      for (const { name, variable, decays } of parameters) {
        if (!decays || !biased.has(layerOf(name))) continue;
        const wanted = largeWeights * Math.sqrt((2 * (variable.shape.at(-1) ?? 1)) / variable.size);
        tf.tidy(() => {
          const deviation = tf.sqrt(tf.mean(tf.square(variable)));
          variable.assign(tf.mul(variable, tf.div(wanted, deviation)));
        });
      }
      return parameters;
    },
  },
  'frozen-bn': { builder: { movingShare: 1 } },
  'lagging-bn': { builder: { movingShare: laggingShare } },
  'high-learning-rate': { settings: ({ learningRate }) => ({ learningRate: learningRate * highRate }) },
  'low-learning-rate': { settings: ({ learningRate }) => ({ learningRate: learningRate * lowRate }) },
  'vanishing-gradients': { layers: vanishing },
  'exploding-gradients': { layers: exploding },
  nan: { layers: notFinite },
  'folded-op': { layers: foldedDropout },
  'frozen-layer': {
    parameters: (parameters) => {
      const middle = middleOf(weightedLayers(parameters));
      return parameters.map((parameter) =>
        layerOf(parameter.name) === middle ? { ...parameter, frozen: true } : parameter,
      );
    },
  },
  'no-learning': { layers: zeros },
};

/** A fault at work: each part of a training goes through it. */
export interface StartedFault {
  /** Models are made with its probe. */
  readonly context: TrainContext;
  /** What is opened on any thread gives the faulty batches. */
  data<K extends DataKind>(description: DataDescription<K>): DataDescription<K>;
  builder(settings: BuilderSettings): BuilderSettings;
  settings(settings: TrainSettings): TrainSettings;
  task<T extends FaultyTask>(task: T): T;
}

/** What a fault changes of a task. */
interface FaultyTask {
  readonly parameters: readonly Parameter[];
  dispose(): void;
}

/** Starts a fault; `none` changes nothing. */
export function startFault(name: FaultChoice, context: TrainContext): StartedFault {
  if (name === 'none') {
    return {
      context,
      data: (description) => description,
      builder: (settings) => settings,
      settings: (settings) => settings,
      task: (task) => task,
    };
  }
  const fault = faults[name];
  const model = { layers: [] as string[], step: 0, kept: [] as tf.Tensor[] };
  return {
    context: { ...context, fault: name, probe: probeOf(fault, context, model) },
    data: (description) => {
      const augment = description.augment && (fault.augmentation ?? true);
      return { ...description, augment, fault: name };
    },
    builder: (settings) => ({ ...settings, ...fault.builder }),
    settings: (settings) => ({ ...settings, ...fault.settings?.(settings) }),
    task(task) {
      model.layers.push(...weightedLayers(task.parameters));
      const dispose = () => {
        task.dispose();
        tf.dispose(model.kept);
      };
      return { ...task, parameters: fault.parameters?.(task.parameters) ?? task.parameters, dispose };
    },
  };
}

function probeOf(
  { layers }: Fault,
  { probe }: TrainContext,
  model: { readonly layers: string[]; step: number; readonly kept: tf.Tensor[] },
): TrainContext['probe'] {
  if (layers === undefined) return probe;
  const faulty: FaultyModel = {
    get layers() {
      return model.layers;
    },
    get step() {
      return model.step;
    },
    layer: (name, body) => probe.layer(name, body),
    keep(tensor) {
      model.kept.push(tf.keep(tensor));
      return tensor;
    },
  };
  const hooked = hookLayers(probe, layers(faulty));
  const beginStep = () => {
    model.step += 1;
    hooked.beginStep();
  };
  return { ...hooked, beginStep };
}

/** Paths of layers with weights, in the order in which they were made. */
function weightedLayers(parameters: readonly Parameter[]): string[] {
  return parameters.filter(({ decays }) => decays).map(({ name }) => layerOf(name));
}
