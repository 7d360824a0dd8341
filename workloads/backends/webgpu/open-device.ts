import { messageOf, WarpwatchError } from '../../../src/model/errors.ts';
import { type Adapter, requestAdapter } from './adapters.ts';
import { type Dawn, exactTimestamps } from './library.ts';

/** A device to compute on, and what it came from. */
export interface OpenedDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
}

/** What TensorFlow.js asks for beyond the defaults of WebGPU (tfjs-backend-webgpu 4.22, base.ts). */
const raisedLimits = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/**
 * Opens a device with all that the adapter can do, with exact timestamps where it has timestamps.
 * @throws WarpwatchError `no-backend` that names the adapter
 */
export async function openDevice(dawn: Dawn, chosen: Adapter): Promise<OpenedDevice> {
  let why: string;
  let cause: unknown;
  try {
    const adapter = await requestAdapter(dawn, chosen, [exactTimestamps]);
    if (adapter !== null) {
      const requiredLimits = Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]]));
      const requiredFeatures: GPUFeatureName[] = chosen.timestampQuery ? ['timestamp-query'] : [];
      const device = await adapter.requestDevice({ requiredFeatures, requiredLimits });
      return { device, info: adapter.info };
    }
    why = 'it is gone';
  } catch (error) {
    cause = error;
    why = messageOf(error) || 'its driver does not say why';
  }
  throw new WarpwatchError(
    'no-backend',
    `The adapter ${chosen.name} (${chosen.driver}) gave no device: ${why}; look whether its driver is whole, or take another with --adapter.`,
    { cause },
  );
}
