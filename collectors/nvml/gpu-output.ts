import type { Device } from '../../src/model/device.ts';
import type { DeviceCondition } from '../../src/model/gpu-process.ts';
import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import { DeviceWriter } from './device-writer.ts';
import type { GpuLook } from './gpu.ts';

interface Announced {
  device: Device;
  readonly writer: DeviceWriter;
}

/** Writes what is read of a GPU and its MIG devices, all of a look at once. */
export class GpuOutput {
  readonly #writer: StreamWriter;
  readonly #announced = new Map<string, Announced>();

  constructor(writer: StreamWriter) {
    this.#writer = writer;
  }

  /** Announces a device that cannot tell of itself yet, so that its state has something to stand on. */
  announce(device: Device): void {
    if (!this.#announced.has(device.id)) this.#take(device);
  }

  get isAnnounced(): boolean {
    return this.#announced.size > 0;
  }

  write({ parts }: GpuLook): void {
    const seen = new Set<string>();
    for (const { device, readings } of parts) {
      const writer = this.#take(device);
      writer.stands('present');
      writer.write(readings);
      seen.add(device.id);
    }
    for (const [id, { device, writer }] of this.#announced) {
      if (!seen.has(id)) writer.stands('removed', `The driver no longer lists ${device.name}.`);
    }
  }

  /** Says that the GPU and all its parts stand so. */
  stands(condition: DeviceCondition, why: string): void {
    for (const { writer } of this.#announced.values()) {
      if (writer.condition !== 'removed') writer.stands(condition, why);
    }
  }

  #take(device: Device): DeviceWriter {
    const known = this.#announced.get(device.id);
    if (known === undefined) {
      const writer = new DeviceWriter(this.#writer, device.id);
      this.#announced.set(device.id, { device, writer });
      this.#writer.device(device);
      return writer;
    }
    if (known.device !== device) {
      known.device = device;
      this.#writer.device(device);
    }
    return known.writer;
  }
}
