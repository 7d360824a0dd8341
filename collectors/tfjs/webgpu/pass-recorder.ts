import { messageOf } from '../../../src/model/errors.ts';
import type { Nanoseconds } from '../../../src/model/units.ts';
import type { StreamWriter } from '../../../src/recording/stream-writer.ts';
import type { Patches } from '../patches.ts';
import type { KernelPasses } from './kernel-passes.ts';
import { PassTimes } from './pass-times.ts';
import {
  noLaunch,
  QueryRing,
  type QueryRingOptions,
  type Segment,
  type SegmentReader,
} from './query-ring.ts';
import type { GpuCommandEncoder, GpuPass, WebGpuBackend } from './structure.ts';
import type { Transfers } from './transfers.ts';

/** Gives each dispatch of a backend a pass with timestamps, and writes what they say. */
export class PassRecorder implements SegmentReader {
  readonly #backend: WebGpuBackend;
  readonly #writer: StreamWriter;
  readonly #kernels: KernelPasses;
  readonly #transfers: Transfers;
  readonly #times: PassTimes;
  readonly #ring: QueryRing;
  /** Kernels without a pass of their own, told together. */
  readonly #untold = { noQuery: 0, profiled: 0 };
  #active = true;
  #lost = false;

  constructor(
    backend: WebGpuBackend,
    writer: StreamWriter,
    device: string,
    kernels: KernelPasses,
    transfers: Transfers,
    options: QueryRingOptions,
  ) {
    this.#backend = backend;
    this.#writer = writer;
    this.#kernels = kernels;
    this.#transfers = transfers;
    this.#times = new PassTimes(writer, device);
    this.#ring = new QueryRing(backend.device, this, options);
    void backend.device.lost.then(() => {
      this.#lost = true;
    });
  }

  /** Replaces the two functions of the backend through which all work goes. */
  watch(patches: Patches): void {
    const open = () => this.#open();
    const close = (segment: Segment, pass: number, program: unknown, ran: boolean) =>
      this.#close(segment, pass, program, ran);
    patches.replace(
      this.#backend,
      'recordAndSubmit',
      (original) =>
        function (this: unknown, ...args) {
          const segment = open();
          if (segment === null) return original.apply(this, args);
          const pass = segment.used - 1;
          let ran = false;
          try {
            const result = original.apply(this, args);
            ran = true;
            return result;
          } finally {
            close(segment, pass, args[0], ran);
          }
        },
    );
    const before = () => this.#beforeSubmit();
    const after = (segment: Segment) => this.#afterSubmit(segment);
    patches.replace(
      this.#backend,
      'submitQueue',
      (original) =>
        function (this: unknown, ...args) {
          const segment = before();
          const result = original.apply(this, args);
          if (segment !== null) after(segment);
          return result;
        },
    );
  }

  /** Lets an empty pass tell both clocks. Never rejects. */
  async sight(): Promise<void> {
    try {
      const segment = this.#ring.reserve();
      if (segment === null) return;
      segment.launches[segment.used - 1] = noLaunch.none;
      const encoder = this.#backend.device.createCommandEncoder();
      this.#beginPass(encoder, segment).end();
      await this.#submitOwn(encoder);
    } catch (error) {
      this.#tellDefect(error);
    }
  }

  /** Submits and resolves what the program has recorded and not submitted. */
  submitRest(): void {
    this.#backend.endComputePassEncoder();
    const encoder = this.#backend.commandEncoder;
    if (encoder === null) {
      this.#submitOwn(this.#backend.device.createCommandEncoder()).catch((error) => this.#tellDefect(error));
      return;
    }
    const segment = this.#ring.beforeSubmit(encoder, true);
    this.#backend.submitQueue();
    if (segment !== null) this.#afterSubmit(segment);
  }

  /** Waits for the last timestamps and frees the queries. */
  async end(deadlineMs: number): Promise<void> {
    this.#active = false;
    await this.#ring.drained(deadlineMs);
    this.#ring.destroy();
    this.#tellUntold();
  }

  now(): Nanoseconds {
    return this.#writer.now();
  }

  read(segment: Segment, stamps: Uint32Array, seenNs: Nanoseconds): void {
    this.#times.write(segment, stamps, seenNs);
    this.#transfers.tell(seenNs);
    this.#tellUntold();
  }

  failed(segment: Segment, error: unknown): void {
    const { kernels } = segment;
    if (kernels === 0) return;
    if (this.#lost)
      this.#writer.lost('unfinished', kernels, 'The GPU was lost before these kernels had ended.');
    else this.#writer.lost('dropped', kernels, `Timestamps could not be read: ${messageOf(error)}.`);
  }

  #open(): Segment | null {
    if (!this.#active || this.#lost) return null;
    let segment: Segment | null = null;
    try {
      const backend = this.#backend;
      if (backend.activeTimers !== undefined && backend.activeTimers !== null) {
        this.#untold.profiled += 1;
        return null;
      }
      segment = this.#ring.reserve();
      if (segment === null) {
        this.#untold.noQuery += 1;
        return null;
      }
      backend.endComputePassEncoder();
      backend.ensureCommandEncoderReady();
      if (backend.commandEncoder === null) throw new TypeError('there is no command encoder');
      backend.computePassEncoder = this.#beginPass(backend.commandEncoder, segment);
      return segment;
    } catch (error) {
      if (segment !== null) segment.launches[segment.used - 1] = noLaunch.none;
      this.#tellDefect(error);
      return null;
    }
  }

  /** @param ran false where the backend threw, so that the pass may be empty */
  #close(segment: Segment, pass: number, program: unknown, ran: boolean): void {
    try {
      this.#backend.endComputePassEncoder();
      if (ran) this.#kernels.add(segment, pass, program);
      else segment.launches[pass] = noLaunch.none;
    } catch (error) {
      this.#tellDefect(error);
    }
  }

  #beginPass(encoder: GpuCommandEncoder, { querySet, used }: Segment): GpuPass {
    const index = 2 * (used - 1);
    return encoder.beginComputePass({
      timestampWrites: { querySet, beginningOfPassWriteIndex: index, endOfPassWriteIndex: index + 1 },
    });
  }

  #beforeSubmit(): Segment | null {
    const encoder = this.#backend.commandEncoder;
    if (!this.#active || this.#lost || encoder === null) return null;
    try {
      return this.#ring.beforeSubmit(encoder);
    } catch (error) {
      this.#tellDefect(error);
      return null;
    }
  }

  #afterSubmit(segment: Segment): void {
    try {
      void this.#ring.afterSubmit(segment);
    } catch (error) {
      this.#tellDefect(error);
    }
  }

  async #submitOwn(encoder: GpuCommandEncoder): Promise<void> {
    const segment = this.#ring.beforeSubmit(encoder, true);
    this.#backend.device.queue.submit([encoder.finish()]);
    if (segment !== null) await this.#ring.afterSubmit(segment);
  }

  #tellUntold(): void {
    const { noQuery, profiled } = this.#untold;
    this.#untold.noQuery = 0;
    this.#untold.profiled = 0;
    if (noQuery > 0)
      this.#writer.lost('dropped', noQuery, 'The GPU was so far behind that no query was free.');
    if (profiled > 0) {
      this.#writer.lost(
        'dropped',
        profiled,
        'What tf.time or tf.profile measure cannot be recorded as well.',
      );
    }
  }

  #tellDefect(error: unknown): void {
    try {
      this.#writer.lost('dropped', 1, `A kernel could not be recorded: ${messageOf(error)}.`);
    } catch {
      // The program that is watched must not fail for want of a record.
    }
  }
}
