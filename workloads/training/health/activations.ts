import { layerSeries } from '../../../src/model/health.ts';
import type { TrainingProbe } from '../../../src/model/training.ts';
import { spreadOf, sumsOfSquares } from '../../backends/many-tensors.ts';
import * as tf from '../../tf.ts';
import type { LayerInspector } from './inspector.ts';
import type { Readback } from './readback.ts';
import { shareData } from './tensors.ts';

/** Of what a layer gives so many numbers are looked at, evenly spread: their mean square is within 2 % or so. */
const numbersLookedAt = 4096;

/** What each layer gave in one forward pass, in its order. */
export class Activations {
  readonly #outputs = new Map<string, tf.Tensor>();

  /** Collects until the inspector is told otherwise. */
  collect(inspector: LayerInspector): void {
    inspector.visit = (layer, output) => {
      // Of a layer that is used more than once the first use stands for all.
      if (!(output instanceof tf.Tensor) || output.rank === 0 || this.#outputs.has(layer)) return;
      this.#outputs.set(layer, tf.keep(shareData(output)));
    };
  }

  /** @returns writes the figures once they have been read */
  check(readback: Readback): (probe: TrainingProbe) => void {
    const layers = [...this.#outputs];
    if (layers.length === 0) return () => undefined;
    const slot = readback.add(
      sumsOfSquares(
        layers.map(([, output]) => output),
        numbersLookedAt,
      ),
    );
    const counts = layers.map(([, { size }]) => spreadOf(size, numbersLookedAt).count);
    this.dispose();
    return (probe) => {
      const sums = slot();
      for (const [index, [layer]] of layers.entries()) {
        const meanSquare = (sums[index] as number) / (counts[index] as number);
        probe.metric(layerSeries('activationRms', layer), Math.sqrt(meanSquare));
      }
    };
  }

  dispose(): void {
    tf.dispose([...this.#outputs.values()]);
    this.#outputs.clear();
  }
}
