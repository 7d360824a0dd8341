import { healthMetrics, layerSeries } from '../../../src/model/health.ts';
import type { TrainingProbe } from '../../../src/model/training.ts';
import { distancesAndSquares, someNumbers, spreadOf, sumsOfSquares } from '../../backends/many-tensors.ts';
import type { MovingStatistic, Parameter } from '../../models/builder.ts';
import * as tf from '../../tf.ts';
import type { Readback, Slot } from './readback.ts';

/** Writes figures once what they rest on has been read. */
export type Report = (probe: TrainingProbe) => void;

/** Of the gradient of a parameter so many numbers are kept for the next step. */
const sampledNumbers = 256;

/** Sums over the parameters of a layer. */
interface LayerSums {
  squares: number;
  reference: number;
  count: number;
}

/** `stage1/block1/conv1` of `stage1/block1/conv1/weights`. */
export function layerOf(parameter: string): string {
  return parameter.slice(0, Math.max(0, parameter.lastIndexOf('/')));
}

/** The root of the mean square of each layer's gradient, and the norm of all. */
export function checkGradients(
  readback: Readback,
  parameters: readonly Parameter[],
  gradients: readonly tf.Tensor[],
): Report {
  const slot = readback.add(sumsOfSquares(gradients));
  return (probe) => {
    const layers = new Map<string, LayerSums>();
    const sums = slot();
    for (const [index, { name, variable }] of parameters.entries()) {
      const squares = sums[index] as number;
      add(layers, layerOf(name), { squares, reference: 0, count: variable.size });
    }
    for (const [layer, { squares, count }] of layers) {
      probe.metric(layerSeries('gradientRms', layer), Math.sqrt(squares / count));
    }
    probe.metric(healthMetrics.gradientNorm, Math.sqrt(total(layers, 'squares')));
  };
}

/** How far one update moved each layer and the whole, over their norms before it. */
export function checkUpdate(
  readback: Readback,
  parameters: readonly Parameter[],
  before: readonly tf.Tensor[],
): Report {
  const now = parameters.map(({ variable }) => variable);
  const slot = readback.add(distancesAndSquares(before, now));
  return (probe) => {
    const layers = new Map<string, LayerSums>();
    const sums = slot();
    for (const [index, { name, variable }] of parameters.entries()) {
      const [squares, reference] = [sums[2 * index] as number, sums[2 * index + 1] as number];
      add(layers, layerOf(name), { squares, reference, count: variable.size });
    }
    for (const [layer, { squares, reference }] of layers) {
      // A layer that is all zeros has no size that a change could be held against.
      if (reference === 0) continue;
      probe.metric(layerSeries('parameterChange', layer), Math.sqrt(squares / reference));
    }
    const reference = total(layers, 'reference');
    if (reference === 0) return;
    probe.metric(healthMetrics.updateRatio, Math.sqrt(total(layers, 'squares') / reference));
  };
}

/** How far moving statistics are from where they began, by layer. */
export function checkStatistics(readback: Readback, statistics: readonly MovingStatistic[]): Report {
  if (statistics.length === 0) return () => undefined;
  const slot = readback.add(tf.concat(statistics.map(({ variable }) => variable)));
  return (probe) => {
    const layers = new Map<string, LayerSums>();
    const values = slot();
    let at = 0;
    for (const { layer, start, variable } of statistics) {
      let squares = 0;
      for (const end = at + variable.size; at < end; at++) squares += ((values[at] as number) - start) ** 2;
      add(layers, layer, { squares, reference: variable.size * start ** 2, count: variable.size });
    }
    for (const [layer, { squares, reference }] of layers) {
      if (reference === 0) continue;
      probe.metric(layerSeries('statisticsChange', layer), Math.sqrt(squares / reference));
    }
  };
}

/** Some numbers of each gradient of a step, each of which stands for others. */
export class GradientSample {
  readonly #slot: Slot;
  readonly #sizes: readonly number[];

  constructor(readback: Readback, gradients: readonly tf.Tensor[]) {
    this.#slot = readback.add(someNumbers(gradients, sampledNumbers));
    this.#sizes = gradients.map(({ size }) => size);
  }

  /** An estimate of the cosine between the gradients of two steps that have been read. NaN where one is zero. */
  cosine(other: GradientSample): number {
    const [now, before] = [this.#slot(), other.#slot()];
    let dot = 0;
    let own = 0;
    let theirs = 0;
    let at = 0;
    for (const size of this.#sizes) {
      const { count } = spreadOf(size, sampledNumbers);
      const weight = size / count;
      for (const end = at + count; at < end; at++) {
        const x = now[at] as number;
        const y = before[at] as number;
        dot += weight * x * y;
        own += weight * x * x;
        theirs += weight * y * y;
      }
    }
    return dot / Math.sqrt(own * theirs);
  }
}

function add(layers: Map<string, LayerSums>, layer: string, { squares, reference, count }: LayerSums): void {
  const sums = layers.get(layer);
  if (sums === undefined) {
    layers.set(layer, { squares, reference, count });
    return;
  }
  sums.squares += squares;
  sums.reference += reference;
  sums.count += count;
}

function total(layers: ReadonlyMap<string, LayerSums>, key: keyof LayerSums): number {
  let sum = 0;
  for (const sums of layers.values()) sum += sums[key];
  return sum;
}
