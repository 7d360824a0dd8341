import type { Device } from '../../model/device.ts';
import type { ComputingGpu } from './messages.ts';

/** Which of the sampled GPUs it is, or why that cannot be told; '' where there is none. */
export type SameGpu =
  | { readonly device: Device; readonly why: '' }
  | { readonly device: null; readonly why: string };

/**
 * Finds the GPU that a training computes on among those that are sampled. Its backend tells neither UUID nor address, so
 * that a name decides, where it is the only one on both sides; where the backend tells no name, a single GPU.
 * @param sampled null where it is not known which there are
 */
export function findSameGpu({ name, alike }: ComputingGpu, sampled: readonly Device[] | null): SameGpu {
  const elsewhere = 'so that util and the other sampled figures stand in rows of their own.';
  if (sampled === null) {
    return { device: null, why: `The driver did not tell in time which GPUs there are, ${elsewhere}` };
  }
  // No backend reaches a MIG device: Vulkan does not know them, and CUDA 11's TensorFlow would not tell which.
  const gpus = sampled.filter(({ parent }) => parent === undefined);
  if (gpus.length === 0) return { device: null, why: '' };
  const [device, ...others] =
    name === null ? gpus : gpus.filter((gpu) => bareName(gpu.name) === bareName(name));
  if (device === undefined) {
    const names = [...new Set(gpus.map((gpu) => gpu.name))].join(', ');
    return { device: null, why: `No GPU that is sampled (${names}) has the name ${name}, ${elsewhere}` };
  }
  if (others.length > 0 || alike > 1) {
    const count = Math.max(others.length + 1, alike);
    const which =
      name === null ? `There are ${count} GPUs here` : `There are ${count} GPUs of the name ${name} here`;
    return { device: null, why: `${which} and the backend does not tell which it computes on, ${elsewhere}` };
  }
  return { device, why: '' };
}

/** Sources differ in capitals and in whether the vendor is a part of the name. */
function bareName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^nvidia /, '');
}
