import type { Launch } from '../model/activity.ts';
import type { Device } from '../model/device.ts';
import type { DeviceState, GpuProcessList } from '../model/gpu-process.ts';
import type { AbsentSeries, Series } from '../model/series.ts';
import type { Mark, Step, WorkloadInfo } from '../model/training.ts';
import type { Nanoseconds } from '../model/units.ts';
import { clockName, readClockAnchor, type StreamClock, startClock } from './clock.ts';
import { onProcessExit } from './exit-hook.ts';
import { frameTypes, maxStringLength, unknownCount, writtenPayloadBytes } from './format.ts';
import { encodeJsonFrame, encodeStreamHeader } from './frames.ts';
import { Interner } from './interner.ts';
import { type LossKind, Outbox } from './outbox.ts';
import { ActivityColumns } from './payloads/activity.ts';
import { deviceShape, deviceStateShape, processesShape, workloadShape } from './payloads/documents.ts';
import { encodeSamples, type Sample } from './payloads/samples.ts';
import { encodeSteps } from './payloads/steps.ts';
import type { Shape } from './shapes.ts';
import type { FrameSink } from './sinks.ts';
import type {
  EndOutcome,
  LaunchId,
  RankPlace,
  SeriesId,
  StreamHealth,
  StreamWriter,
} from './stream-writer.ts';

/** What is buffered is handed on at least this often, so that a reader lags by no more and a kill costs no more. */
const flushIntervalNs = 250e6;
const blockCapacity = 16_384;
const rowCapacity = 4_096;
/** An anchor this often shows how far the two clocks drift apart. */
const anchorIntervalNs = 30e9;

/** Writes a stream of format 1 into a sink. */
export class FrameStreamWriter implements StreamWriter {
  readonly #sink: FrameSink;
  readonly #outbox: Outbox;
  readonly #clock: StreamClock = startClock();
  /** The time, counted from the epoch, at which the stream's clock began; the format knows none before. */
  readonly #earliestNs: Nanoseconds;
  readonly #timer: NodeJS.Timeout;
  readonly #leaveExit: () => void;

  readonly #interner = new Interner();
  #seriesCount = 0;
  readonly #activity = new ActivityColumns(blockCapacity);
  #steps: Step[] = [];
  #samples: Sample[] = [];
  #marks: Mark[] = [];

  #lastFlushNs = 0;
  /** An execution that starts later is a reason to look at the clock, which is dearer than one record. */
  #nextLookNs = flushIntervalNs;
  #lastAnchorNs = 0;
  #ended = false;
  #closed: Promise<void> | null = null;

  /**
   * @param name of the producer: `training`, `host`, `replica1`
   * @param place of the producer in a distributed training
   */
  constructor(sink: FrameSink, name: string, place?: RankPlace) {
    this.#sink = sink;
    this.#outbox = new Outbox(sink);
    this.#earliestNs = -Number(this.#clock.epochNs);
    this.#outbox.define(encodeStreamHeader());
    this.#describe(frameTypes.producer, {
      name,
      processId: process.pid,
      clock: { name: clockName(), ...stringifyAnchor() },
      ...place,
    });
    this.#timer = setInterval(() => this.flush(), flushIntervalNs / 1e6).unref();
    this.#leaveExit = onProcessExit((code) => this.#endNow(code));
  }

  now(): Nanoseconds {
    return this.#clock.now();
  }

  device(device: Device): void {
    this.#describeChecked(frameTypes.device, device, deviceShape, 'a device lacked a field');
  }

  workload(info: WorkloadInfo): void {
    this.#describeChecked(frameTypes.workload, info, workloadShape, 'a workload lacked a field');
  }

  defineLaunch(launch: Launch): LaunchId {
    return this.#interner.define(launch);
  }

  defineSeries({ device, metric, from }: Series): SeriesId {
    const id = this.#seriesCount++;
    this.#describe(frameTypes.series, { id, device, metric, from });
    return id;
  }

  absent({ device, metric, why }: AbsentSeries): void {
    this.#describe(frameTypes.absent, { device, metric, why });
  }

  activity(launch: LaunchId, startNs: Nanoseconds, durationNs: Nanoseconds, queue = 0): void {
    const fits = this.#holds(startNs, durationNs) && queue >>> 0 === queue;
    if (!this.#accepts(fits, 'a kernel had times or a queue that cannot be')) return;
    this.#activity.push(launch, startNs, durationNs, queue);
    if (this.#activity.full) this.flush();
    else if (startNs >= this.#nextLookNs) {
      this.#flushIfDue();
      this.#nextLookNs = startNs + flushIntervalNs;
    }
  }

  sample(series: SeriesId, timeNs: Nanoseconds, value: number): void {
    if (!this.#accepts(this.#holds(timeNs, 0), 'a sample had a time that cannot be')) return;
    this.#samples.push({ series, timeNs, value });
    if (this.#samples.length === rowCapacity) this.flush();
  }

  step(step: Step): void {
    const { startNs, endNs, number, samples } = step;
    const counted = number >>> 0 === number && (samples === null || isCount(samples));
    const fits = counted && this.#holds(startNs, endNs - startNs);
    if (!this.#accepts(fits, 'a step had times or numbers that cannot be')) return;
    this.#steps.push(step);
    if (this.#steps.length === rowCapacity) this.flush();
    else this.#flushIfDue();
  }

  processes(list: GpuProcessList): void {
    const { epochNs } = this.#clock;
    const value = { ...list, timeNs: absolute(epochNs, list.timeNs) };
    this.#describeChecked(frameTypes.processes, value, processesShape, 'a list of processes lacked a field');
  }

  deviceState(state: DeviceState): void {
    const { epochNs } = this.#clock;
    const value = { ...state, timeNs: absolute(epochNs, state.timeNs) };
    this.#describeChecked(
      frameTypes.deviceState,
      value,
      deviceStateShape,
      'a state of a device lacked a field',
    );
  }

  mark(mark: Mark): void {
    const fits = this.#holds(mark.startNs, mark.endNs - mark.startNs);
    if (!this.#accepts(fits, 'a mark had times that cannot be')) return;
    this.#marks.push(mark);
    if (this.#marks.length === rowCapacity) this.flush();
  }

  lost(kind: LossKind, count: number, why: string): void {
    this.#outbox.lose(kind, count, why);
  }

  get health(): StreamHealth {
    return { dropped: this.#outbox.dropped, failure: this.#outbox.failure };
  }

  flush(): void {
    if (this.#ended) return;
    this.#lastFlushNs = this.#clock.now();
    this.#nextLookNs = this.#lastFlushNs + flushIntervalNs;
    if (this.#lastFlushNs - this.#lastAnchorNs > anchorIntervalNs) {
      this.#lastAnchorNs = this.#lastFlushNs;
      this.#describe(frameTypes.clock, stringifyAnchor());
    }
    this.#interner.encode((frame) => this.#outbox.define(frame));
    this.#sealRecords(this.#outbox.send());
  }

  async close(outcome: EndOutcome, message = ''): Promise<StreamHealth> {
    this.#writeEnd(outcome, message);
    this.#closed ??= this.#finish();
    await this.#closed;
    return this.health;
  }

  async #finish(): Promise<void> {
    await this.#outbox.drain();
    await this.#sink.close();
    this.#leaveExit();
  }

  /** The process ends without `close`, or in the middle of it: write what there is. */
  #endNow(exitCode: number): void {
    if (exitCode === 0) this.#writeEnd('ended', '');
    else this.#writeEnd('failed', `exit code ${exitCode}`);
    this.#sink.closeNow();
  }

  #writeEnd(outcome: EndOutcome, message: string): void {
    if (this.#ended) return;
    this.flush();
    const end = { outcome, message: message.slice(0, maxStringLength) };
    this.#outbox.end(encodeJsonFrame(frameTypes.end, end));
    this.#outbox.send();
    this.#ended = true;
    clearInterval(this.#timer);
  }

  #flushIfDue(): void {
    if (this.#clock.now() - this.#lastFlushNs > flushIntervalNs) this.flush();
  }

  /** Whether the format can hold a time and what it lasts. False for NaN. */
  #holds(startNs: Nanoseconds, durationNs: Nanoseconds): boolean {
    return startNs >= this.#earliestNs && durationNs >= 0 && startNs + durationNs <= Number.MAX_SAFE_INTEGER;
  }

  /** Whether a record can be written; one that cannot is counted. */
  #accepts(fits: boolean, why: string): boolean {
    if (!fits) this.lost('outOfRange', 1, why);
    else if (this.#ended) this.lost('dropped', 1, 'the stream was closed');
    return fits && !this.#ended;
  }

  #describe(type: number, value: unknown): void {
    const frame = encodeJsonFrame(type, value);
    if (frame.length <= writtenPayloadBytes) this.#outbox.define(frame);
    else this.lost('outOfRange', 1, 'a description was longer than a mebibyte');
  }

  /** What a reader would refuse must not be written: it would end the stream there. */
  #describeChecked(type: number, value: object, shape: Shape<object>, why: string): void {
    try {
      const written: unknown = JSON.parse(JSON.stringify(value));
      shape(written, 'it');
      this.#describe(type, written);
    } catch {
      this.lost('outOfRange', 1, why);
    }
  }

  #sealRecords(room: boolean): void {
    const { epochNs } = this.#clock;
    const activity = this.#activity;
    const [steps, samples, marks] = [this.#steps, this.#samples, this.#marks];
    const hand = (count: number, type: number, encode: () => Uint8Array) => {
      if (count > 0) this.#outbox.offer(room, count, type, encode);
    };
    hand(activity.count, frameTypes.activity, () => activity.seal(epochNs));
    hand(steps.length, frameTypes.steps, () => encodeSteps(steps, epochNs));
    hand(samples.length, frameTypes.samples, () => encodeSamples(samples, epochNs));
    for (const mark of marks) hand(1, frameTypes.mark, () => encodeMark(mark, epochNs));
    activity.clear();
    this.#steps = [];
    this.#samples = [];
    this.#marks = [];
  }
}

function encodeMark({ name, text, startNs, endNs }: Mark, epochNs: bigint): Uint8Array {
  const value = { name, text, startNs: absolute(epochNs, startNs), endNs: absolute(epochNs, endNs) };
  return Buffer.from(JSON.stringify(value), 'utf8');
}

function absolute(epochNs: bigint, timeNs: Nanoseconds): string {
  return String(epochNs + BigInt(Math.floor(timeNs)));
}

function isCount(value: number): boolean {
  return value >>> 0 === value && value !== unknownCount;
}

function stringifyAnchor(): { clockNs: string; unixNs: string } {
  const anchor = readClockAnchor();
  return { clockNs: String(anchor.clockNs), unixNs: String(anchor.unixNs) };
}
