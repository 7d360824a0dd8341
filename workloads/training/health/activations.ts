import { layerSeries } from '../../../src/model/health.ts';
import type { TrainingProbe } from '../../../src/model/training.ts';
import * as tf from '../../tf.ts';
import type { LayerInspector } from './inspector.ts';
import type { Readback } from './readback.ts';
import { untaped } from './tensors.ts';

/** Of a layer's output so many numbers are looked at, in whole samples. */
const numbersLookedAt = 65_536;

/**
 * Lets the inspector take the root of the mean square of what each layer gives in the coming forward pass.
 * @returns writes the figures, in forward order
 */
export function inspectActivations(
  inspector: LayerInspector,
  probe: TrainingProbe,
  readback: Readback,
): () => void {
  const figures: { layer: string; rms: () => number }[] = [];
  const seen = new Set<string>();
  inspector.visit = (layer, output) => {
    // Layers that share their weights run more than once: the first use stands for all.
    if (!(output instanceof tf.Tensor) || output.rank === 0 || seen.has(layer)) return;
    seen.add(layer);
    probe.phase('health', () => {
      const meanSquare = untaped(output, meanSquareOfSome);
      const slot = readback.add(meanSquare);
      meanSquare.dispose();
      figures.push({ layer, rms: () => Math.sqrt(slot()[0] as number) });
    });
  };
  return () => {
    for (const { layer, rms } of figures) probe.metric(layerSeries('activationRms', layer), rms());
  };
}

function meanSquareOfSome(output: tf.Tensor): tf.Tensor {
  const [samples = 1] = output.shape;
  const some = Math.max(1, Math.min(samples, Math.floor((numbersLookedAt * samples) / output.size)));
  const looked = some < samples ? tf.slice(output, 0, some) : output;
  return tf.mean(tf.square(looked));
}
