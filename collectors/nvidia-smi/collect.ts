import { messageOf } from '../../src/model/errors.ts';
import type { DeviceCondition } from '../../src/model/gpu-process.ts';
import { metrics } from '../../src/model/series.ts';
import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import type { RunningCollector, Sampling } from '../collector.ts';
import { repeat } from '../repeat.ts';
import { SampledMetrics } from '../sampled-metrics.ts';
import { askNvidiaSmi, type Call } from './ask.ts';
import { devicesOf, type SeenDevice } from './devices.ts';
import { id } from './parse.ts';

/** How often and how long, in milliseconds; tests hurry. */
export interface SmiTiming {
  /** After so long a call is killed. */
  readonly deadlineMs: number;
  /** A call takes a second or more of the driver's time: it is not made more often. */
  readonly leastIntervalMs: number;
}

export const defaultTiming: SmiTiming = { deadlineMs: 5000, leastIntervalMs: 2000 };

export const noGpu = 'nvidia-smi lists no GPU.';
const lostWhy = 'The GPU is lost: it fell off the bus; see `dmesg | grep -i xid`, then reboot.';
const removedWhy = 'nvidia-smi no longer lists this device.';

/** Samples with one call at a time; see `Collector.start`. */
export async function startNvidiaSmi(sampling: Sampling, timing: SmiTiming): Promise<RunningCollector> {
  const looks = new Looks(sampling, timing);
  await looks.look();
  const intervalMs = Math.max(sampling.intervalMs, timing.leastIntervalMs);
  const ticks = repeat(
    intervalMs,
    intervalMs,
    () => looks.look(),
    (error) => process.emitWarning(`the collector of nvidia-smi failed once: ${messageOf(error)}`),
  );
  return {
    get works() {
      return looks.why === '';
    },
    get why() {
      return looks.why;
    },
    get lookSeconds() {
      return ticks.lookSeconds;
    },
    firstLook: Promise.resolve(),
    // A call that hangs is killed, and nobody waits for it.
    hangs: false,
    stop: async () => {
      ticks.stop();
      looks.stop();
    },
  };
}

class Looks {
  readonly #sampling: Sampling;
  readonly #timing: SmiTiming;
  readonly #devices = new Map<string, DeviceLog>();
  #call: Call | null = null;
  #stopped = false;
  #why = '';

  constructor(sampling: Sampling, timing: SmiTiming) {
    this.#sampling = sampling;
    this.#timing = timing;
  }

  get why(): string {
    return this.#why;
  }

  async look(): Promise<void> {
    const call = askNvidiaSmi(this.#timing.deadlineMs);
    this.#call = call;
    try {
      const seen = devicesOf(await call.answer, (uuid) => this.#sampling.deviceOf(uuid));
      if (!this.#stopped) this.#take(seen);
    } catch (error) {
      if (!this.#stopped) this.#fail(messageOf(error));
    } finally {
      this.#call = null;
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#call?.kill();
  }

  #take(seen: readonly SeenDevice[]): void {
    if (seen.length === 0) this.#fail(noGpu);
    else this.#why = '';
    for (const one of seen) {
      let log = this.#devices.get(one.device.id);
      if (log === undefined) {
        log = new DeviceLog(this.#sampling.writer, one.device.id);
        this.#devices.set(one.device.id, log);
        this.#sampling.writer.device(one.device);
      }
      log.write(one);
    }
    const listed = new Set(seen.map(({ device }) => device.id));
    for (const [device, log] of this.#devices) {
      if (!listed.has(device)) log.stands('removed', removedWhy);
    }
  }

  #fail(why: string): void {
    if (why !== this.#why) this.#sampling.writer.absent({ device: null, metric: metrics.gpus, why });
    this.#why = why;
    for (const log of this.#devices.values()) log.withoutFigures(why);
  }
}

/** What was written of one device. */
class DeviceLog {
  readonly #writer: StreamWriter;
  readonly #device: string;
  readonly #sampled: SampledMetrics;
  readonly #metrics = new Set<string>();
  #condition: DeviceCondition = 'present';
  #whyNoProcesses = '';
  #anyListed = false;

  constructor(writer: StreamWriter, device: string) {
    this.#writer = writer;
    this.#device = device;
    this.#sampled = new SampledMetrics(writer, device, id);
  }

  write({ figures, processes, lost }: SeenDevice): void {
    this.stands(lost ? 'lost' : 'present', lost ? lostWhy : '');
    for (const { metric, value, why } of figures) {
      this.#metrics.add(metric);
      this.#sampled.put(metric, value, why);
    }
    if (typeof processes === 'string') this.#withoutProcesses(processes);
    else {
      this.#whyNoProcesses = '';
      this.#anyListed = processes.length > 0;
      this.#writer.processes({ device: this.#device, timeNs: this.#writer.now(), processes });
    }
  }

  /** Says how the device stands, once for each change. */
  stands(condition: DeviceCondition, why: string): void {
    if (condition === this.#condition) return;
    this.#condition = condition;
    this.#writer.deviceState({ device: this.#device, timeNs: this.#writer.now(), condition, why });
    if (condition !== 'present') this.withoutFigures(why);
  }

  /** From now on nothing is known of it. */
  withoutFigures(why: string): void {
    for (const metric of this.#metrics) this.#sampled.put(metric, null, why);
    this.#withoutProcesses(why);
  }

  #withoutProcesses(why: string): void {
    if (this.#whyNoProcesses !== why) {
      this.#writer.absent({ device: this.#device, metric: metrics.processMemoryBytes, why });
    }
    this.#whyNoProcesses = why;
    // Without a list it only ends the one before.
    if (!this.#anyListed) return;
    this.#anyListed = false;
    this.#writer.processes({ device: this.#device, timeNs: this.#writer.now(), processes: [] });
  }
}
