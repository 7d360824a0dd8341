import type { Launch } from '../model/activity.ts';
import type { Device } from '../model/device.ts';
import type { DeviceState, GpuProcessList } from '../model/gpu-process.ts';
import type { AbsentSeries, Series } from '../model/series.ts';
import type { Mark, Step, WorkloadInfo } from '../model/training.ts';
import type { Nanoseconds } from '../model/units.ts';
import type { EndOutcome, LaunchId, SeriesId, StreamHealth, StreamWriter } from './stream-writer.ts';

/**
 * A writer that can be copied from some moment on, as when a person begins to record what a screen shows. The copy gets
 * every definition from before and every record from then on.
 */
export class TeeWriter implements StreamWriter {
  readonly #main: StreamWriter;
  #copy: StreamWriter | null = null;
  /** What is added to a time of the main writer's clock to be one of the copy's. */
  #shiftNs: Nanoseconds = 0;
  readonly #devices = new Map<string, Device>();
  readonly #states = new Map<string, DeviceState>();
  readonly #processes = new Map<string, GpuProcessList>();
  readonly #absences = new Map<string, AbsentSeries>();
  readonly #launches: Launch[] = [];
  readonly #series: Series[] = [];
  #workload: WorkloadInfo | null = null;

  constructor(main: StreamWriter) {
    this.#main = main;
  }

  /** Copies from now on to another writer, which must be new: ids count from 0 in both. */
  copyTo(copy: StreamWriter): void {
    this.#shiftNs = copy.now() - this.#main.now();
    this.#copy = copy;
    for (const device of this.#devices.values()) copy.device(device);
    if (this.#workload !== null) copy.workload(this.#workload);
    for (const launch of this.#launches) copy.defineLaunch(launch);
    for (const series of this.#series) copy.defineSeries(series);
    for (const series of this.#absences.values()) copy.absent(series);
    for (const state of this.#states.values()) copy.deviceState(this.#shifted(state));
    for (const list of this.#processes.values()) copy.processes(this.#shifted(list));
  }

  /** Ends the copy and waits until it is on disk; null where there is none. */
  async endCopy(): Promise<StreamHealth | null> {
    const copy = this.#copy;
    this.#copy = null;
    return copy === null ? null : copy.close('ended');
  }

  get health(): StreamHealth {
    return this.#main.health;
  }

  now(): Nanoseconds {
    return this.#main.now();
  }

  device(device: Device): void {
    this.#devices.set(device.id, device);
    this.#main.device(device);
    this.#copy?.device(device);
  }

  workload(info: WorkloadInfo): void {
    this.#workload = info;
    this.#main.workload(info);
    this.#copy?.workload(info);
  }

  defineLaunch(launch: Launch): LaunchId {
    this.#launches.push(launch);
    this.#copy?.defineLaunch(launch);
    return this.#main.defineLaunch(launch);
  }

  defineSeries(series: Series): SeriesId {
    this.#series.push(series);
    this.#copy?.defineSeries(series);
    return this.#main.defineSeries(series);
  }

  absent(series: AbsentSeries): void {
    this.#absences.set(`${series.device} ${series.metric}`, series);
    this.#main.absent(series);
    this.#copy?.absent(series);
  }

  activity(launch: LaunchId, startNs: Nanoseconds, durationNs: Nanoseconds, queue?: number): void {
    this.#main.activity(launch, startNs, durationNs, queue);
    this.#copy?.activity(launch, startNs + this.#shiftNs, durationNs, queue);
  }

  sample(series: SeriesId, timeNs: Nanoseconds, value: number): void {
    this.#main.sample(series, timeNs, value);
    this.#copy?.sample(series, timeNs + this.#shiftNs, value);
  }

  step(step: Step): void {
    this.#main.step(step);
    this.#copy?.step(this.#shiftedRange(step));
  }

  mark(mark: Mark): void {
    this.#main.mark(mark);
    this.#copy?.mark(this.#shiftedRange(mark));
  }

  processes(list: GpuProcessList): void {
    this.#processes.set(list.device, list);
    this.#main.processes(list);
    this.#copy?.processes(this.#shifted(list));
  }

  deviceState(state: DeviceState): void {
    this.#states.set(state.device, state);
    this.#main.deviceState(state);
    this.#copy?.deviceState(this.#shifted(state));
  }

  lost(kind: 'dropped' | 'unfinished' | 'outOfRange', count: number, why: string): void {
    this.#main.lost(kind, count, why);
    this.#copy?.lost(kind, count, why);
  }

  flush(): void {
    this.#main.flush();
    this.#copy?.flush();
  }

  async close(outcome: EndOutcome, message?: string): Promise<StreamHealth> {
    await this.#copy?.close(outcome, message);
    return this.#main.close(outcome, message);
  }

  #shifted<T extends { readonly timeNs: Nanoseconds }>(record: T): T {
    return { ...record, timeNs: record.timeNs + this.#shiftNs };
  }

  #shiftedRange<T extends { readonly startNs: Nanoseconds; readonly endNs: Nanoseconds }>(record: T): T {
    return { ...record, startNs: record.startNs + this.#shiftNs, endNs: record.endNs + this.#shiftNs };
  }
}
