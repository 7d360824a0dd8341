import type { Device } from '../model/device.ts';
import type { AbsentSeries, Series } from '../model/series.ts';
import type { ActivityBlock, Losses, Outcome, Producer, SampledSeries } from '../model/timeline.ts';
import type { WorkloadInfo } from '../model/training.ts';
import { frameTypes } from './format.ts';
import type { Frame } from './frames.ts';
import type { ManifestClock } from './manifest.ts';
import { decodeActivity } from './payloads/activity.ts';
import { decodeLaunches } from './payloads/launches.ts';
import { decodeSamples } from './payloads/samples.ts';
import { decodeSteps } from './payloads/steps.ts';
import { decodeStrings } from './payloads/strings.ts';
import type { TimelineBuilder } from './timeline-builder.ts';

/** Puts the frames of one stream into a timeline, and translates the stream's own ids and clock on the way. */
export class StreamDecoder {
  readonly #timeline: TimelineBuilder;
  readonly #clock: ManifestClock;
  /** The recording's origin on this stream's clock. */
  #originNs: bigint;
  #producer: Producer | null = null;
  readonly #strings = new Map<number, string>([[0, '']]);
  readonly #launches: number[] = [];
  readonly #series = new Map<number, SampledSeries>();

  readonly #takers = new Map<number, (payload: Uint8Array) => void>([
    [frameTypes.producer, (payload) => this.#takeProducer(json(payload))],
    [frameTypes.end, (payload) => this.#takeEnd(json(payload))],
    [frameTypes.device, (payload) => this.#timeline.addDevice(json<Device>(payload))],
    [frameTypes.workload, (payload) => this.#takeWorkload(json(payload))],
    [frameTypes.series, (payload) => this.#takeSeries(json(payload))],
    [frameTypes.absent, (payload) => this.#timeline.absences.push(json<AbsentSeries>(payload))],
    [frameTypes.mark, (payload) => this.#takeMark(json(payload))],
    [frameTypes.lost, (payload) => this.#takeLoss(json(payload))],
    [frameTypes.strings, (payload) => this.#takeStrings(payload)],
    [frameTypes.launches, (payload) => this.#takeLaunches(payload)],
    [frameTypes.activity, (payload) => this.#takeActivity(payload)],
    [frameTypes.steps, (payload) => this.#takeSteps(payload)],
    [frameTypes.samples, (payload) => this.#takeSamples(payload)],
  ]);

  constructor(timeline: TimelineBuilder, clock: ManifestClock) {
    this.#timeline = timeline;
    this.#clock = clock;
    this.#originNs = clock.clockNs;
  }

  /** Whether the producer said that it is done. */
  get ended(): boolean {
    return this.#producer !== null && this.#producer.outcome !== 'running';
  }

  /**
   * Takes one frame. Types that this version does not know are passed over.
   * @throws RangeError or SyntaxError when a payload is not of its form, though its checksum is right
   */
  take({ type, payload }: Frame): void {
    this.#takers.get(type)?.(payload);
  }

  #takeProducer(value: {
    name: string;
    processId: number | null;
    clock: Record<'name' | 'clockNs' | 'unixNs', string>;
  }): void {
    this.#producer = { name: value.name, processId: value.processId, outcome: 'running', message: '' };
    this.#timeline.producers.push(this.#producer);
    const { clock } = value;
    if (clock.name !== this.#clock.name) {
      // Another host or boot: only Unix time is common to both.
      this.#originNs = BigInt(clock.clockNs) - (BigInt(clock.unixNs) - this.#clock.unixNs);
    }
  }

  #takeEnd({ outcome, message }: { outcome: Outcome; message: string }): void {
    if (this.#producer === null) throw new RangeError('an end without a producer');
    this.#producer.outcome = outcome;
    this.#producer.message = message;
  }

  #takeWorkload(workload: WorkloadInfo): void {
    this.#timeline.workload = workload;
  }

  #takeSeries({ id, ...series }: Series & { id: number }): void {
    this.#series.set(id, this.#timeline.addSeries(series));
  }

  #takeLoss({ kind, count }: { kind: keyof Losses; count: number }): void {
    if (kind in this.#timeline.losses) this.#timeline.losses[kind] += count;
  }

  #takeStrings(payload: Uint8Array): void {
    const { firstId, strings } = decodeStrings(payload);
    for (const [index, text] of strings.entries()) this.#strings.set(firstId + index, text);
  }

  #takeLaunches(payload: Uint8Array): void {
    decodeLaunches(
      payload,
      (id) => this.#text(id),
      (id, launch) => {
        this.#launches[id] = this.#timeline.addLaunch(launch);
      },
    );
  }

  #takeActivity(payload: Uint8Array): void {
    this.#timeline.addActivity(this.#translate(decodeActivity(payload, this.#originNs)));
  }

  #takeSteps(payload: Uint8Array): void {
    for (const step of decodeSteps(payload, this.#originNs)) this.#timeline.addStep(step);
  }

  #takeMark(mark: Record<'name' | 'text' | 'startNs' | 'endNs', string>): void {
    this.#timeline.addMark({
      name: mark.name,
      text: mark.text,
      startNs: Number(BigInt(mark.startNs) - this.#originNs),
      endNs: Number(BigInt(mark.endNs) - this.#originNs),
    });
  }

  #takeSamples(payload: Uint8Array): void {
    for (const { series, timeNs, value } of decodeSamples(payload, this.#originNs)) {
      const entry = this.#series.get(series);
      if (entry) this.#timeline.addSample(entry, timeNs, value);
      else this.#timeline.losses.outOfRange++;
    }
  }

  #text(id: number): string {
    const text = this.#strings.get(id);
    if (text === undefined) throw new RangeError(`string ${id} was never defined`);
    return text;
  }

  /** Replaces the stream's launch ids by the timeline's; executions of unknown launches are left out and counted. */
  #translate(block: ActivityBlock): ActivityBlock {
    const { launch } = block;
    let kept = 0;
    for (let i = 0; i < block.count; i++) {
      const index = this.#launches[launch[i] as number];
      if (index === undefined) continue;
      launch[kept] = index;
      if (kept !== i) {
        block.startNs[kept] = block.startNs[i] as number;
        block.durationNs[kept] = block.durationNs[i] as number;
        block.queue[kept] = block.queue[i] as number;
      }
      kept++;
    }
    this.#timeline.losses.outOfRange += block.count - kept;
    return kept === block.count ? block : { ...block, count: kept };
  }
}

function json<T>(payload: Uint8Array): T {
  return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('utf8')) as T;
}
