import { messageOf } from '../../src/model/errors.ts';
import { metrics } from '../../src/model/series.ts';
import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import { DeviceCalls } from './calls.ts';
import { unknownGpu } from './description.ts';
import { countGpus, type Driver, identify, noGpuFound } from './driver.ts';
import { gpmLeastGapMs } from './gpm.ts';
import { Gpu, type GpuContext, type GpuLook } from './gpu.ts';
import { GpuOutput } from './gpu-output.ts';
import { Lanes } from './lanes.ts';
import { ProcessNames } from './process-names.ts';
import { returnCodes, whyOf } from './return-codes.ts';
import type { Timing } from './timing.ts';

/** A place in the driver's list of GPUs. */
interface Slot {
  readonly id: string;
  index: number;
  readonly output: GpuOutput;
  gpu: Gpu | null;
  /** A look, or asking who it is, has not come back. */
  stuck: boolean;
  /** The driver no longer lists it; its id stays its own, should it come back. */
  removed: boolean;
  /** Not looked at before then: it is lost. */
  notBeforeMs: number;
}

/** Walks all GPUs of an initialised driver and writes what it reads. */
export class NvmlSession {
  readonly #writer: StreamWriter;
  readonly #context: GpuContext;
  readonly #lanes: Lanes;
  readonly #counting: DeviceCalls;
  #countStuck = false;
  #countedAtMs = Number.NEGATIVE_INFINITY;
  #slots: Slot[] = [];
  #count = 0;
  #why = '';
  #stopped = false;

  constructor(driver: Driver, writer: StreamWriter, intervalMs: number, timing: Timing) {
    const { library, version } = driver;
    this.#writer = writer;
    this.#context = { library, driver: version, names: new ProcessNames(), timing, intervalMs };
    this.#lanes = new Lanes(timing.lanes);
    this.#counting = new DeviceCalls(library);
  }

  /** Why there is no GPU to look at, or ''. */
  get why(): string {
    return this.#why;
  }

  get hangs(): boolean {
    return this.#lanes.stuck > 0;
  }

  /** Counts the GPUs, where it is time to; a count that changed, or a GPU that is not known yet, is looked into. */
  async count(): Promise<void> {
    const nowMs = performance.now();
    const { timing, intervalMs } = this.#context;
    if (this.#countStuck || nowMs - this.#countedAtMs < timing.rarelyMs - intervalMs / 2) return;
    this.#countedAtMs = nowMs;
    const outcome = await this.#lanes.run(
      this.#counting,
      () => countGpus(this.#counting),
      () => {
        this.#countStuck = false;
      },
    );
    if (outcome.kind === 'stuck') {
      this.#countStuck = true;
      if (this.#slots.length === 0)
        this.#say('The NVIDIA driver does not answer; see `dmesg | grep -i nvrm`.');
    }
    if (outcome.kind === 'failed') throw outcome.error;
    if (outcome.kind !== 'done') return;
    if (typeof outcome.value === 'string') {
      if (this.#slots.length === 0) this.#say(outcome.value);
      return;
    }
    const count = outcome.value;
    const allKnown = this.#slots.every(({ gpu }) => gpu !== null);
    if (count !== this.#count || !allKnown) await this.#assign(count);
    this.#count = count;
    this.#say(count === 0 ? noGpuFound : '');
  }

  /** Looks at each GPU once, and writes what is read of it when its look is done. */
  async walk(look: (gpu: Gpu) => Promise<GpuLook> = (gpu) => gpu.look()): Promise<void> {
    for (const slot of [...this.#slots]) {
      if (this.#stopped) return;
      if (slot.gpu !== null && !slot.stuck && !slot.removed && performance.now() >= slot.notBeforeMs) {
        await this.#visit(slot, slot.gpu, look);
      }
    }
  }

  /** The first whole look: counters compare two samples, so the GPUs that have them are looked at a second time. */
  async firstLook(): Promise<void> {
    await this.count();
    await this.walk();
    if (this.#stopped || !this.#slots.some(({ gpu, stuck }) => gpu?.waiting && !stuck)) return;
    await new Promise((resolve) => setTimeout(resolve, gpmLeastGapMs));
    await this.walk((gpu) => (gpu.waiting ? gpu.lookAtCounters() : gpu.look()));
  }

  /** No look begins any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** Gives back what the driver holds and shuts it down; where a call hangs nothing can be given back. */
  async close(): Promise<void> {
    this.stop();
    if (this.hangs) return;
    const shutdown = async (): Promise<void> => {
      for (const { gpu } of this.#slots) await gpu?.free();
      await this.#counting.call('nvmlShutdown');
    };
    await this.#lanes.run(this.#counting, shutdown, () => {});
  }

  async #visit(slot: Slot, gpu: Gpu, look: (gpu: Gpu) => Promise<GpuLook>): Promise<void> {
    const outcome = await this.#lanes.run(
      gpu.calls,
      () => look(gpu),
      () => {
        slot.stuck = false;
        gpu.restart();
      },
    );
    if (outcome.kind === 'done' && !outcome.value.lost) {
      slot.output.write(outcome.value);
      return;
    }
    if (!slot.output.isAnnounced)
      slot.output.announce(gpu.device ?? unknownGpu(slot.id, slot.index, notAsked));
    if (outcome.kind === 'done') {
      slot.output.stands('lost', whyOf(returnCodes.gpuIsLost, ''));
      slot.notBeforeMs = performance.now() + this.#context.timing.rarelyMs;
      gpu.restart();
    } else if (outcome.kind === 'failed') {
      process.emitWarning(`looking at ${slot.id} failed: ${messageOf(outcome.error)}`);
    } else {
      slot.stuck = outcome.kind === 'stuck';
      slot.output.stands('hung', this.#whyHung(outcome));
    }
  }

  #whyHung(outcome: { readonly kind: 'stuck'; readonly call: string } | { readonly kind: 'full' }): string {
    if (outcome.kind === 'full') {
      return `The driver does not answer: ${this.#lanes.stuck} calls hang, so no other is made; see \`dmesg | grep -i xid\`.`;
    }
    return `The GPU does not answer (${outcome.call} has not come back); see \`dmesg | grep -i xid\`, it may need a restart of the machine.`;
  }

  /** Finds out which GPU stands at which index, as after one came or went. */
  async #assign(count: number): Promise<void> {
    const seen = new Set<Slot>();
    for (let index = 0; index < count; index++) {
      if (this.#stopped) return;
      const waiting = this.#slots.find(
        (slot) => slot.index === index && !slot.removed && (slot.stuck || slot.gpu === null),
      );
      if (waiting?.stuck) seen.add(waiting);
      else seen.add(await this.#assignOne(index, waiting));
    }
    for (const slot of this.#slots) {
      if (seen.has(slot) || slot.stuck || slot.removed) continue;
      slot.removed = true;
      slot.output.stands(
        'removed',
        'The driver no longer lists this GPU: it was taken away or fell off the bus.',
      );
      if (this.hangs) continue;
      await slot.gpu?.free();
    }
    this.#slots = this.#slots.filter((slot) => seen.has(slot) || slot.stuck || slot.gpu !== null);
  }

  async #assignOne(index: number, waiting: Slot | undefined): Promise<Slot> {
    const calls = new DeviceCalls(this.#context.library);
    const slot = waiting ?? this.#newSlot(index);
    const outcome = await this.#lanes.run(
      calls,
      () => identify(calls, index),
      () => {
        slot.stuck = false;
      },
    );
    if (outcome.kind === 'done' && 'handle' in outcome.value) {
      const { handle, uuid } = outcome.value;
      const same = this.#slots.find(({ gpu }) => gpu !== null && uuid !== null && gpu.uuid === uuid);
      if (same?.gpu) {
        same.index = index;
        same.gpu.index = index;
        same.gpu.handle = handle;
        same.removed = false;
        same.gpu.restart();
        return same;
      }
      slot.gpu = new Gpu(slot.id, index, handle, uuid, this.#context);
    } else {
      const code = outcome.kind === 'done' && 'code' in outcome.value ? outcome.value.code : null;
      const why = code === null ? notAsked : whyOf(code, 'nvmlDeviceGetHandleByIndex_v2');
      slot.output.announce(unknownGpu(slot.id, index, why));
      slot.stuck = outcome.kind === 'stuck';
      const answered = code === returnCodes.gpuIsLost ? 'lost' : 'refused';
      const condition = outcome.kind === 'done' ? answered : 'hung';
      slot.output.stands(
        condition,
        outcome.kind === 'stuck' || outcome.kind === 'full' ? this.#whyHung(outcome) : why,
      );
    }
    if (!this.#slots.includes(slot)) this.#slots.push(slot);
    return slot;
  }

  /** Ids follow the driver's numbers, as long as no other GPU has had the id. */
  #newSlot(index: number): Slot {
    const taken = new Set(this.#slots.map(({ id }) => id));
    let number = index;
    while (taken.has(`gpu${number}`)) number += 1;
    const output = new GpuOutput(this.#writer);
    return { id: `gpu${number}`, index, output, gpu: null, stuck: false, removed: false, notBeforeMs: 0 };
  }

  #say(why: string): void {
    if (why !== '' && why !== this.#why) this.#writer.absent({ device: null, metric: metrics.gpus, why });
    this.#why = why;
  }
}

const notAsked = 'The driver has not told anything of this GPU yet.';
