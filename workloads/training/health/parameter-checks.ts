import { healthMetrics, layerSeries } from '../../../src/model/health.ts';
import type { TrainingProbe } from '../../../src/model/training.ts';
import type { MovingStatistic, Parameter } from '../../models/builder.ts';
import * as tf from '../../tf.ts';
import type { Readback, Slot } from './readback.ts';

/** Writes figures once what they rest on has been read. */
type Report = (probe: TrainingProbe) => void;

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
  const slots = gradients.map((gradient) => readback.addSquares(gradient));
  return (probe) => {
    const layers = new Map<string, LayerSums>();
    for (const [index, { name, variable }] of parameters.entries()) {
      add(layers, layerOf(name), { squares: slots[index]?.() ?? 0, reference: 0, count: variable.size });
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
  const slots = parameters.map(({ variable }, index) => {
    const old = before[index] as tf.Tensor;
    const change = tf.sub(variable, old);
    try {
      return { squares: readback.addSquares(change), reference: readback.addSquares(old) };
    } finally {
      change.dispose();
    }
  });
  return (probe) => {
    const layers = new Map<string, LayerSums>();
    for (const [index, { name, variable }] of parameters.entries()) {
      const slot = slots[index];
      if (slot === undefined) continue;
      const [squares, reference] = [slot.squares(), slot.reference()];
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
  const slots = statistics.map(({ variable }) => readback.add(variable));
  return (probe) => {
    const layers = new Map<string, LayerSums>();
    for (const [index, { layer, start, variable }] of statistics.entries()) {
      let squares = 0;
      for (const value of slots[index]?.() ?? []) squares += (value - start) ** 2;
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
  readonly #slots: readonly Slot[];
  readonly #sizes: readonly number[];

  constructor(readback: Readback, gradients: readonly tf.Tensor[]) {
    this.#slots = gradients.map((gradient) => readback.addSome(gradient));
    this.#sizes = gradients.map(({ size }) => size);
  }

  /** An estimate of the cosine between the gradients of two steps that have been read. NaN where one is zero. */
  cosine(other: GradientSample): number {
    let [dot, own, theirs] = [0, 0, 0];
    for (const [index, slot] of this.#slots.entries()) {
      const [a, b] = [slot(), other.#slots[index]?.() ?? new Float32Array(0)];
      const weight = (this.#sizes[index] ?? 0) / a.length;
      for (let at = 0; at < a.length; at++) {
        const [x, y] = [a[at] as number, b[at] as number];
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
