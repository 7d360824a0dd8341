import type { Launch } from '../model/activity.ts';
import type { Device } from '../model/device.ts';
import type { AbsentSeries, Series } from '../model/series.ts';
import type { Mark, Step, WorkloadInfo } from '../model/training.ts';
import type { Nanoseconds } from '../model/units.ts';
import { clockName, readClockAnchor, type StreamClock, startClock } from './clock.ts';
import { frameTypes } from './format.ts';
import { encodeFrame, encodeJsonFrame, encodeStreamHeader } from './frames.ts';
import { ActivityColumns } from './payloads/activity.ts';
import { encodeLaunches, type LaunchDefinition } from './payloads/launches.ts';
import { encodeSamples, type Sample } from './payloads/samples.ts';
import { encodeSteps } from './payloads/steps.ts';
import { encodeStrings } from './payloads/strings.ts';
import type { FrameSink } from './sinks.ts';
import type { EndOutcome, LaunchId, SeriesId, StreamHealth, StreamWriter } from './stream-writer.ts';

/** What is buffered is handed on at least this often, so that a reader lags by no more and a kill costs no more. */
const flushIntervalNs = 250e6;
const blockCapacity = 16_384;
const rowCapacity = 4_096;
/** An anchor this often shows how far the two clocks drift apart. */
const anchorIntervalNs = 30e9;

type LossKind = 'dropped' | 'unfinished' | 'outOfRange';

/** Writes a stream of format 1 into a sink. */
export class FrameStreamWriter implements StreamWriter {
  readonly #sink: FrameSink;
  readonly #clock: StreamClock = startClock();
  readonly #timer: NodeJS.Timeout;
  readonly #onExit = (code: number) => this.#endNow(code);

  readonly #stringIds = new Map<string, number>([['', 0]]);
  #newStrings: string[] = [];
  #newLaunches: LaunchDefinition[] = [];
  #launches = 0;
  #seriesCount = 0;
  /** Frames that later ones build on: kept until they fit. */
  #definitions: Uint8Array[] = [];
  readonly #activity = new ActivityColumns(blockCapacity);
  #steps: Step[] = [];
  #samples: Sample[] = [];
  #marks: Mark[] = [];

  #dropped = 0;
  #untoldDrops = 0;
  #lastFlushNs = 0;
  #lastAnchorNs = 0;
  #ended = false;

  /** @param name of the producer: `training`, `host`, `rank1` */
  constructor(sink: FrameSink, name: string) {
    this.#sink = sink;
    this.#definitions.push(
      encodeStreamHeader(),
      encodeJsonFrame(frameTypes.producer, {
        name,
        processId: process.pid,
        clock: { name: clockName(), ...stringifyAnchor() },
      }),
    );
    this.#timer = setInterval(() => this.flush(), flushIntervalNs / 1e6).unref();
    process.once('exit', this.#onExit);
  }

  now(): Nanoseconds {
    return this.#clock.now();
  }

  device(device: Device): void {
    this.#definitions.push(encodeJsonFrame(frameTypes.device, device));
  }

  workload(info: WorkloadInfo): void {
    this.#definitions.push(encodeJsonFrame(frameTypes.workload, info));
  }

  defineLaunch(launch: Launch): LaunchId {
    this.#newLaunches.push({
      launch,
      nameId: this.#intern(launch.name),
      deviceId: this.#intern(launch.device),
      layerId: this.#intern(launch.layer),
      phaseId: this.#intern(launch.phase),
    });
    return this.#launches++;
  }

  defineSeries(series: Series): SeriesId {
    const id = this.#seriesCount++;
    this.#definitions.push(encodeJsonFrame(frameTypes.series, { id, ...series }));
    return id;
  }

  absent(series: AbsentSeries): void {
    this.#definitions.push(encodeJsonFrame(frameTypes.absent, series));
  }

  activity(launch: LaunchId, startNs: Nanoseconds, durationNs: Nanoseconds, queue = 0): void {
    if (!(durationNs >= 0)) {
      this.lost('outOfRange', 1, 'a kernel ended before it began');
      return;
    }
    this.#activity.push(launch, startNs, durationNs, queue);
    if (this.#activity.full || startNs - this.#lastFlushNs > flushIntervalNs) this.flush();
  }

  sample(series: SeriesId, timeNs: Nanoseconds, value: number): void {
    this.#samples.push({ series, timeNs, value });
    if (this.#samples.length === rowCapacity) this.flush();
  }

  step(step: Step): void {
    this.#steps.push(step);
    if (this.#steps.length === rowCapacity || step.endNs - this.#lastFlushNs > flushIntervalNs) this.flush();
  }

  mark(mark: Mark): void {
    this.#marks.push(mark);
    if (this.#marks.length === rowCapacity) this.flush();
  }

  lost(kind: LossKind, count: number, why: string): void {
    if (kind === 'dropped') this.#dropped += count;
    this.#definitions.push(encodeJsonFrame(frameTypes.lost, { kind, count, why }));
  }

  get health(): StreamHealth {
    return { dropped: this.#dropped, failure: this.#sink.failure };
  }

  flush(): void {
    if (this.#ended) return;
    this.#lastFlushNs = this.#clock.now();
    if (this.#lastFlushNs - this.#lastAnchorNs > anchorIntervalNs) {
      this.#lastAnchorNs = this.#lastFlushNs;
      this.#definitions.push(encodeJsonFrame(frameTypes.clock, stringifyAnchor()));
    }
    this.#sealRecords(this.#offerDefinitions());
  }

  async close(outcome: EndOutcome, message = ''): Promise<StreamHealth> {
    if (!this.#ended) {
      this.#writeEnd(outcome, message);
      await this.#sink.close();
    }
    return this.health;
  }

  /** The process ends without `close`: write what there is. */
  #endNow(exitCode: number): void {
    if (this.#ended) return;
    this.#writeEnd(exitCode === 0 ? 'ended' : 'failed', exitCode === 0 ? '' : `exit code ${exitCode}`);
    this.#sink.closeNow();
  }

  #writeEnd(outcome: EndOutcome, message: string): void {
    this.flush();
    this.#definitions.push(encodeJsonFrame(frameTypes.end, { outcome, message }));
    this.#offerDefinitions();
    this.#ended = true;
    clearInterval(this.#timer);
    process.removeListener('exit', this.#onExit);
  }

  #intern(text: string): number {
    const known = this.#stringIds.get(text);
    if (known !== undefined) return known;
    const id = this.#stringIds.size;
    this.#stringIds.set(text, id);
    this.#newStrings.push(text);
    return id;
  }

  /** False while there is no room for what records refer to: then no record may follow either. */
  #offerDefinitions(): boolean {
    this.#encodeInterned();
    if (this.#sink.failure !== null) this.#definitions = [];
    const refused = this.#definitions.findIndex((frame) => !this.#sink.offer(frame));
    this.#definitions.splice(0, refused < 0 ? this.#definitions.length : refused);
    return refused < 0 && this.#offerLoss();
  }

  #offerLoss(): boolean {
    if (this.#untoldDrops === 0) return true;
    const loss = {
      kind: 'dropped',
      count: this.#untoldDrops,
      why: 'the disk was slower than the records came',
    };
    if (!this.#sink.offer(encodeJsonFrame(frameTypes.lost, loss))) return false;
    this.#untoldDrops = 0;
    return true;
  }

  #encodeInterned(): void {
    if (this.#newStrings.length > 0) {
      const firstId = this.#stringIds.size - this.#newStrings.length;
      const payload = encodeStrings({ firstId, strings: this.#newStrings });
      this.#definitions.push(encodeFrame(frameTypes.strings, payload));
      this.#newStrings = [];
    }
    if (this.#newLaunches.length > 0) {
      const payload = encodeLaunches(this.#launches - this.#newLaunches.length, this.#newLaunches);
      this.#definitions.push(encodeFrame(frameTypes.launches, payload));
      this.#newLaunches = [];
    }
  }

  #sealRecords(room: boolean): void {
    const { epochNs } = this.#clock;
    const hand = (count: number, type: number, encode: () => Uint8Array) => {
      if (count > 0 && !(room && this.#sink.offer(encodeFrame(type, encode())))) {
        this.#dropped += count;
        this.#untoldDrops += count;
      }
    };
    hand(this.#activity.count, frameTypes.activity, () => this.#activity.seal(epochNs));
    hand(this.#steps.length, frameTypes.steps, () => encodeSteps(this.#steps, epochNs));
    hand(this.#samples.length, frameTypes.samples, () => encodeSamples(this.#samples, epochNs));
    for (const mark of this.#marks) hand(1, frameTypes.mark, () => this.#encodeMark(mark));
    this.#activity.clear();
    this.#steps = [];
    this.#samples = [];
    this.#marks = [];
  }

  #encodeMark(mark: Mark): Uint8Array {
    const absolute = (timeNs: Nanoseconds) => String(this.#clock.epochNs + BigInt(timeNs));
    const value = {
      name: mark.name,
      text: mark.text,
      startNs: absolute(mark.startNs),
      endNs: absolute(mark.endNs),
    };
    return Buffer.from(JSON.stringify(value), 'utf8');
  }
}

function stringifyAnchor(): { clockNs: string; unixNs: string } {
  const anchor = readClockAnchor();
  return { clockNs: String(anchor.clockNs), unixNs: String(anchor.unixNs) };
}
