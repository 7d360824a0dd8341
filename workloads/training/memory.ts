import { WarpwatchError } from '../../src/model/errors.ts';
import type { Bytes } from '../../src/model/units.ts';
import type { Network } from '../models/model.ts';

/** The heap of TensorFlow.js' wasm module grows to what 32-bit addresses reach, less a page (its `getHeapMax`). */
const wasmHeapBytes = 2 ** 32;

/**
 * Each activation is kept, and so is its gradient: TensorFlow.js frees none before the whole backward pass is done. The
 * rest is work space and gaps. Measured, and what this says: ResNet-50 v2 at 32 pixels, batch 48: 3.4 and 3.8 GB; ResNet-50
 * at 224, batch 8: 2.0 and 2.4, 16: 3.8 and 4.3, 18: 4.27 of the 4.29 that there are, and 4.7; ResNet-18 at 224, batch 24:
 * 1.5 and 1.4; ResNet-20 at 32, batch 256: 1.1 and 1.1.
 */
const activationCopies = 2.1;
/** Copies of the parameters: the value, its gradient, two slots of an optimizer and a packed form for the kernels. */
const parameterCopies = 5;

/** About what training holds in memory at its highest. */
export function trainingBytes(model: Network, batchSize: number): Bytes {
  const parameterBytes = model.parameterCount * Float32Array.BYTES_PER_ELEMENT;
  return batchSize * model.activationBytes * activationCopies + parameterBytes * parameterCopies;
}

/**
 * Refuses a batch that the backend cannot hold. On wasm the module's allocator may answer with address 0, and kernels would
 * write over each other's tensors instead of failing.
 * @throws WarpwatchError `unsupported` that says what fits
 */
export function checkMemory(model: Network, batchSize: number, backend: string): void {
  const needed = trainingBytes(model, batchSize);
  if (backend !== 'wasm' || needed <= wasmHeapBytes) return;
  const fixed = trainingBytes(model, 0);
  const fits = Math.floor((wasmHeapBytes - fixed) / (trainingBytes(model, 1) - fixed));
  const gigabytes = (needed / 1e9).toFixed(1);
  throw new WarpwatchError(
    'unsupported',
    `${model.name} with a batch of ${batchSize} needs about ${gigabytes} GB, more than the wasm backend can address; use --batch ${fits} or less.`,
  );
}
