import type { DeviceCondition } from '../../src/model/gpu-process.ts';
import { metrics } from '../../src/model/series.ts';
import type { SeriesId, StreamWriter } from '../../src/recording/stream-writer.ts';
import { SampledMetrics } from '../sampled-metrics.ts';
import { allFigures, type DeviceReadings } from './device-reader.ts';
import type { ProcessReading } from './processes.ts';

/** Writes what is read of one device, and how it stands. */
export class DeviceWriter {
  readonly #writer: StreamWriter;
  readonly #device: string;
  readonly #sampled: Readonly<Record<'nvml' | 'nvml.gpm', SampledMetrics>>;
  #condition: DeviceCondition = 'present';
  #xid: SeriesId | null = null;
  #anyListed = false;
  #saidOfProcesses: { [metric: string]: string } = {};

  constructor(writer: StreamWriter, device: string) {
    this.#writer = writer;
    this.#device = device;
    this.#sampled = {
      nvml: new SampledMetrics(writer, device, 'nvml'),
      'nvml.gpm': new SampledMetrics(writer, device, 'nvml.gpm'),
    };
  }

  get condition(): DeviceCondition {
    return this.#condition;
  }

  write({ readings, processes, xids }: DeviceReadings): void {
    for (const { metric, value, why, from } of readings) this.#sampled[from].put(metric, value, why);
    if (processes !== null) this.#writeProcesses(processes);
    for (const xid of xids) {
      this.#xid ??= this.#writer.defineSeries({ device: this.#device, metric: metrics.xid, from: 'nvml' });
      this.#writer.sample(this.#xid, this.#writer.now(), xid);
    }
  }

  /** Says how the device stands, once for each change; all but `present` leave it without any figure. */
  stands(condition: DeviceCondition, why = ''): void {
    if (condition === this.#condition) return;
    this.#condition = condition;
    this.#writer.deviceState({ device: this.#device, timeNs: this.#writer.now(), condition, why });
    if (condition === 'present') return;
    for (const { metric, from } of allFigures) {
      if (metric !== metrics.processMemoryBytes && metric !== metrics.processUtil) {
        this.#sampled[from].put(metric, null, why);
      }
    }
    this.#writeProcesses({ processes: why, whyNoUtil: why });
  }

  #writeProcesses({ processes, whyNoUtil }: ProcessReading): void {
    const listed = typeof processes === 'string' ? [] : processes;
    this.#say(metrics.processMemoryBytes, typeof processes === 'string' ? processes : '');
    this.#say(metrics.processUtil, whyNoUtil);
    // An empty list says that there are none; without a list it only ends the one before.
    if (typeof processes === 'string' && !this.#anyListed) return;
    this.#anyListed = listed.length > 0;
    this.#writer.processes({ device: this.#device, timeNs: this.#writer.now(), processes: listed });
  }

  #say(metric: string, why: string): void {
    if (why !== '' && this.#saidOfProcesses[metric] !== why) {
      this.#writer.absent({ device: this.#device, metric, why });
    }
    this.#saidOfProcesses[metric] = why;
  }
}
