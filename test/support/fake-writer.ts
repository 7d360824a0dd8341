import type { Launch } from '../../src/model/activity.ts';
import type { Device } from '../../src/model/device.ts';
import type { DeviceState, GpuProcessList } from '../../src/model/gpu-process.ts';
import type { AbsentSeries, Series } from '../../src/model/series.ts';
import type { Mark, Step, WorkloadInfo } from '../../src/model/training.ts';
import type { EndOutcome, StreamWriter } from '../../src/recording/stream-writer.ts';

export interface FakeActivity {
  readonly launch: Launch;
  readonly startNs: number;
  readonly durationNs: number;
}

/** A writer that keeps what it is told, and whose clock moves on by `tickNs` each time it is read. */
export class FakeWriter implements StreamWriter {
  timeNs = 0;
  tickNs = 1000;
  readonly devices: Device[] = [];
  readonly workloads: WorkloadInfo[] = [];
  readonly launches: Launch[] = [];
  readonly series: Series[] = [];
  readonly absences: AbsentSeries[] = [];
  readonly activities: FakeActivity[] = [];
  readonly samples: { series: Series; timeNs: number; value: number }[] = [];
  readonly steps: Step[] = [];
  readonly marks: Mark[] = [];
  readonly processLists: GpuProcessList[] = [];
  readonly deviceStates: DeviceState[] = [];
  readonly losses: { kind: string; count: number; why: string }[] = [];
  readonly health = { dropped: 0, failure: null };
  outcome: EndOutcome | null = null;

  now(): number {
    this.timeNs += this.tickNs;
    return this.timeNs;
  }

  device(device: Device): void {
    this.devices.push(device);
  }

  workload(info: WorkloadInfo): void {
    this.workloads.push(info);
  }

  defineLaunch(launch: Launch): number {
    return this.launches.push(launch) - 1;
  }

  defineSeries(series: Series): number {
    return this.series.push(series) - 1;
  }

  absent(series: AbsentSeries): void {
    this.absences.push(series);
  }

  activity(launch: number, startNs: number, durationNs: number): void {
    this.activities.push({ launch: at(this.launches, launch), startNs, durationNs });
  }

  sample(series: number, timeNs: number, value: number): void {
    this.samples.push({ series: at(this.series, series), timeNs, value });
  }

  step(step: Step): void {
    this.steps.push(step);
  }

  mark(mark: Mark): void {
    this.marks.push(mark);
  }

  processes(list: GpuProcessList): void {
    this.processLists.push(list);
  }

  deviceState(state: DeviceState): void {
    this.deviceStates.push(state);
  }

  lost(kind: 'dropped' | 'unfinished' | 'outOfRange', count: number, why: string): void {
    this.losses.push({ kind, count, why });
  }

  flush(): void {}

  async close(outcome: EndOutcome) {
    this.outcome = outcome;
    return this.health;
  }

  /** Names of the recorded kernels, in order. */
  get kernelNames(): string[] {
    return this.activities.map(({ launch }) => launch.name);
  }
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`nothing was defined as ${index}`);
  return found;
}
