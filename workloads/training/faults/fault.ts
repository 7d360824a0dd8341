import type { BuilderSettings, Parameter } from '../../models/builder.ts';
import type * as tf from '../../tf.ts';
import type { LayerHook } from '../layer-hook.ts';
import type { TrainSettings } from '../train.ts';

/** What a fault of the layers knows of the training. */
export interface FaultyModel {
  /** Paths of its layers with weights, in the order in which they were made; none before they are. */
  readonly layers: readonly string[];
  /** Counted from 1. */
  readonly step: number;
  /** Names a layer of the fault's own, inside the one that is hooked. */
  layer<T>(name: string, body: () => T): T;
  /** Keeps a tensor as long as the model. */
  keep(tensor: tf.Tensor): tf.Tensor;
}

/** One way to go wrong: what it changes, besides the data. Each is a cause that occurs in real trainings; no figure is made up. */
export interface Fault {
  /** False trains on the samples as they are. */
  readonly augmentation?: false;
  readonly settings?: (settings: TrainSettings) => Partial<TrainSettings>;
  readonly builder?: Partial<BuilderSettings>;
  /** Changes parameters before the first step, or says which are trained. */
  readonly parameters?: (parameters: readonly Parameter[]) => readonly Parameter[];
  /** Changes what layers give. */
  readonly layers?: LayerFault;
}

/** Changes what layers give. Called once, before the model is made. */
export type LayerFault = (model: FaultyModel) => LayerHook;
