import type { Device } from '../../src/model/device.ts';
import { DeviceCalls } from './calls.ts';
import { askU32, describeGpu, describeMig, isMigOn } from './description.ts';
import { DeviceReader, type DeviceReadings } from './device-reader.ts';
import type { Tier } from './figures.ts';
import type { NvmlLibrary } from './library.ts';
import type { ProcessNames } from './process-names.ts';
import { returnCodes } from './return-codes.ts';
import type { Timing } from './timing.ts';

/** What a look at a GPU brought: the GPU itself first, then its MIG devices. */
export interface GpuLook {
  readonly parts: readonly { readonly device: Device; readonly readings: DeviceReadings }[];
  readonly lost: boolean;
}

/** What all GPUs of a session share. */
export interface GpuContext {
  readonly library: NvmlLibrary;
  /** The driver's version. */
  readonly driver: string;
  readonly names: ProcessNames;
  readonly timing: Timing;
  readonly intervalMs: number;
}

interface Part {
  readonly device: Device;
  readonly handle: bigint;
  readonly reader: DeviceReader;
}

/** A GPU with its MIG devices. It only reads; one look at a time. */
export class Gpu {
  readonly id: string;
  readonly calls: DeviceCalls;
  readonly uuid: string | null;
  index: number;
  handle: bigint;
  readonly #context: GpuContext;
  #whole: Part | null = null;
  #isDivided = false;
  readonly #migDevices = new Map<number, Part>();
  #secondAtMs = Number.NEGATIVE_INFINITY;
  #rarelyAtMs = Number.NEGATIVE_INFINITY;

  constructor(id: string, index: number, handle: bigint, uuid: string | null, context: GpuContext) {
    this.id = id;
    this.index = index;
    this.handle = handle;
    this.uuid = uuid;
    this.calls = new DeviceCalls(context.library);
    this.#context = context;
  }

  /** What it has told of itself, or null before that. */
  get device(): Device | null {
    return this.#whole?.device ?? null;
  }

  /** Whether the counters need a second look before they have a value or a reason. */
  get waiting(): boolean {
    return this.#parts().some(({ reader }) => reader.waiting);
  }

  async look(): Promise<GpuLook> {
    this.calls.forgetLoss();
    const due = this.#due(performance.now());
    if (due.has('rarely')) await this.#findParts();
    const parts: { device: Device; readings: DeviceReadings }[] = [];
    for (const { device, reader } of this.#parts()) {
      if (!this.calls.lost) parts.push({ device, readings: await reader.read(due) });
    }
    return { parts, lost: this.calls.lost };
  }

  /** The counters alone, for the second look that they need. */
  async lookAtCounters(): Promise<GpuLook> {
    this.calls.forgetLoss();
    const parts: { device: Device; readings: DeviceReadings }[] = [];
    for (const { device, reader } of this.#parts()) {
      parts.push({ device, readings: await reader.readCounters() });
    }
    return { parts, lost: this.calls.lost };
  }

  /** After a time without answers: everything is asked anew. */
  restart(): void {
    this.#secondAtMs = Number.NEGATIVE_INFINITY;
    this.#rarelyAtMs = Number.NEGATIVE_INFINITY;
    for (const { reader } of this.#parts()) reader.restart();
  }

  /** Gives back what the driver holds for it. */
  async free(): Promise<void> {
    for (const { reader } of this.#parts()) await reader.free();
  }

  #parts(): readonly Part[] {
    return this.#whole === null ? [] : [this.#whole, ...this.#migDevices.values()];
  }

  #due(nowMs: number): ReadonlySet<Tier> {
    const { timing, intervalMs } = this.#context;
    const due = new Set<Tier>(['tick']);
    // Half a tick early rather than a whole tick late.
    if (nowMs - this.#secondAtMs >= timing.secondMs - intervalMs / 2) {
      this.#secondAtMs = nowMs;
      due.add('second');
    }
    if (nowMs - this.#rarelyAtMs >= timing.rarelyMs - intervalMs / 2) {
      this.#rarelyAtMs = nowMs;
      due.add('rarely');
    }
    return due;
  }

  async #findParts(): Promise<void> {
    const { calls, handle } = this;
    const { driver, names } = this.#context;
    const isDivided = await isMigOn(calls, handle);
    if (this.#whole === null || isDivided !== this.#isDivided || this.#whole.handle !== handle) {
      const device = await describeGpu(calls, handle, this.id, this.index, driver);
      // A GPU that was lost meanwhile has told half of itself, which must not stay when it comes back.
      if (calls.lost) return;
      const gpm = { handle, gpuInstance: null };
      const reader = new DeviceReader({ calls, handle, driver, names, gpm }, isDivided);
      await this.#whole?.reader.free();
      this.#whole = { device, handle, reader };
      this.#isDivided = isDivided;
    }
    await this.#findMigDevices(this.#whole.device);
  }

  async #findMigDevices(gpu: Device): Promise<void> {
    const { calls, handle } = this;
    const most = this.#isDivided ? ((await askU32(calls, 'nvmlDeviceGetMaxMigDeviceCount', handle)) ?? 0) : 0;
    const found = new Set<number>();
    for (let at = 0; at < most; at++) {
      const code = await calls.call('nvmlDeviceGetMigDeviceHandleByIndex', handle, at, calls.out);
      if (code !== returnCodes.success) continue;
      found.add(at);
      await this.#takeMigDevice(at, calls.view.getBigUint64(0, true), gpu);
    }
    for (const [at, { reader }] of this.#migDevices) {
      if (found.has(at)) continue;
      this.#migDevices.delete(at);
      await reader.free();
    }
  }

  async #takeMigDevice(at: number, handle: bigint, gpu: Device): Promise<void> {
    const { calls } = this;
    const { driver, names } = this.#context;
    const known = this.#migDevices.get(at);
    if (known?.handle === handle) return;
    await known?.reader.free();
    const device = await describeMig(calls, handle, `${this.id}/mig${at}`, gpu, driver);
    const gpuInstance = await askU32(calls, 'nvmlDeviceGetGpuInstanceId', handle);
    // Without the number of its instance the counters of the handle itself are tried; the driver says why not.
    const gpm = gpuInstance === null ? { handle, gpuInstance } : { handle: this.handle, gpuInstance };
    const reader = new DeviceReader({ calls, handle, driver, names, gpm, migOf: gpu.id });
    this.#migDevices.set(at, { device, handle, reader });
  }
}
