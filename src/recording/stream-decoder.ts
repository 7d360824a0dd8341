import type { LaunchShape } from '../model/activity.ts';
import { fromRank } from '../model/series.ts';
import type { Producer, SampledSeries } from '../model/timeline.ts';
import type { WorkloadInfo } from '../model/training.ts';
import { frameTypes } from './format.ts';
import type { Frame } from './frames.ts';
import { LaunchIds } from './launch-ids.ts';
import { decodeActivity } from './payloads/activity.ts';
import {
  absentShape,
  type DeviceStateDocument,
  deviceShape,
  deviceStateShape,
  type EndDocument,
  endShape,
  isLossKind,
  type LossDocument,
  lossShape,
  type MarkDocument,
  markShape,
  type NamedClock,
  type ProcessesDocument,
  type ProducerDocument,
  processesShape,
  producerShape,
  type SeriesDocument,
  seriesShape,
  type WindowDocument,
  windowShape,
  workloadShape,
} from './payloads/documents.ts';
import { decodeGrids, shapeOfGrid } from './payloads/grids.ts';
import { decodeLaunches } from './payloads/launches.ts';
import { decodeRanges } from './payloads/ranges.ts';
import { decodeSamples } from './payloads/samples.ts';
import { decodeSteps } from './payloads/steps.ts';
import { decodeStrings } from './payloads/strings.ts';
import { decodeSummary } from './payloads/summary.ts';
import { parseJson, type Shape } from './shapes.ts';
import type { TimelineBuilder } from './timeline-builder.ts';

type Taker = (payload: Uint8Array) => void;

/**
 * Puts the frames of one stream into a timeline, and translates the stream's own ids and clock on the way. A frame
 * is taken whole or not at all.
 */
export class StreamDecoder {
  readonly #timeline: TimelineBuilder;
  readonly #clock: NamedClock;
  /** The recording's origin on this stream's clock. */
  #originNs: bigint;
  #producer: (Producer & { devices?: readonly string[] }) | null = null;
  /** Null where the run is not distributed. */
  #rank: { readonly rank: number; readonly worldSize: number | null } | null = null;
  /** Ids of the devices that its launches name. */
  readonly #devices = new Set<string>();
  // All three are indexed by the stream's ids, which are consecutive.
  readonly #strings: string[] = [''];
  readonly #launches = new LaunchIds();
  /** Of launches that are yet to be defined. */
  readonly #grids = new Map<number, LaunchShape>();
  readonly #series: SampledSeries[] = [];
  /** Indices of the timeline's host names and threads, by string id and by the system's id. */
  readonly #hostNames = new Map<number, number>();
  readonly #hostThreads = new Map<number, number>();
  readonly #takers: ReadonlyMap<number, Taker>;

  constructor(timeline: TimelineBuilder, clock: NamedClock) {
    this.#timeline = timeline;
    this.#clock = clock;
    this.#originNs = clock.clockNs;
    this.#takers = this.#tableOfTakers();
  }

  /** Whether the producer said that it is done. */
  get ended(): boolean {
    return this.#producer !== null && this.#producer.outcome !== 'running';
  }

  /**
   * Takes one frame. Types that this version does not know are passed over.
   * @throws RangeError or SyntaxError when a payload is not of its form, though its checksum is right
   */
  take({ type, flags, payload }: Frame): void {
    const taker = this.#takers.get(type);
    if (taker === undefined) return;
    if (flags !== 0) throw new RangeError(`a frame with unknown flags ${flags}`);
    if ((this.#producer === null) !== (type === frameTypes.producer)) {
      throw new RangeError('the producer frame is not the first and only one');
    }
    taker(payload);
  }

  #tableOfTakers(): ReadonlyMap<number, Taker> {
    const timeline = this.#timeline;
    return new Map<number, Taker>([
      [frameTypes.producer, document(producerShape, (value) => this.#takeProducer(value))],
      [frameTypes.end, document(endShape, (value) => this.#takeEnd(value))],
      [frameTypes.device, document(deviceShape, (device) => timeline.addDevice(device))],
      [frameTypes.workload, document(workloadShape, (info) => this.#takeWorkload(info))],
      [frameTypes.series, document(seriesShape, (value) => this.#takeSeries(value))],
      [frameTypes.absent, document(absentShape, (series) => timeline.absences.push(series))],
      [frameTypes.mark, document(markShape, (value) => this.#takeMark(value))],
      [frameTypes.lost, document(lossShape, (value) => this.#takeLoss(value))],
      [frameTypes.processes, document(processesShape, (value) => this.#takeProcesses(value))],
      [frameTypes.deviceState, document(deviceStateShape, (value) => this.#takeDeviceState(value))],
      [frameTypes.window, document(windowShape, (value) => this.#takeWindow(value))],
      [frameTypes.strings, (payload) => this.#takeStrings(payload)],
      [frameTypes.grids, (payload) => this.#takeGrids(payload)],
      [frameTypes.launches, (payload) => this.#takeLaunches(payload)],
      [frameTypes.activity, (payload) => this.#takeActivity(payload)],
      [frameTypes.steps, (payload) => this.#takeSteps(payload)],
      [frameTypes.samples, (payload) => this.#takeSamples(payload)],
      [frameTypes.ranges, (payload) => this.#takeRanges(payload)],
      [frameTypes.summary, (payload) => this.#takeSummary(payload)],
    ]);
  }

  #takeProducer({ name, processId, clock, rank, worldSize, program }: ProducerDocument): void {
    const named = { ...(program !== undefined && { program }), ...(rank !== undefined && { rank }) };
    this.#producer = { name, processId, ...named, outcome: 'running', message: '' };
    // A world of one is no distributed training.
    if (rank !== undefined && worldSize !== 1) this.#rank = { rank, worldSize: worldSize ?? null };
    this.#tellRank();
    this.#timeline.producers.push(this.#producer);
    if (clock.name !== this.#clock.name) {
      // Another host or boot: only Unix time is common to both.
      this.#originNs = clock.clockNs - (clock.unixNs - this.#clock.unixNs);
    }
  }

  #tellRank(device?: string): void {
    if (this.#rank !== null) this.#timeline.addRank(this.#rank.rank, this.#rank.worldSize, device);
  }

  #takeEnd({ outcome, message }: EndDocument): void {
    if (this.#producer === null) return;
    this.#producer.outcome = outcome;
    this.#producer.message = message;
  }

  #takeWorkload(info: WorkloadInfo): void {
    this.#timeline.workload = info;
  }

  #takeSeries({ id, ...series }: SeriesDocument): void {
    requireNext('series', id, this.#series.length);
    const rank = series.device === null ? this.#rank : null;
    const from = rank === null ? series.from : fromRank(series.from, rank.rank);
    this.#series.push(this.#timeline.addSeries({ ...series, from }));
  }

  /** A kind that this version does not know counts as dropped, so that no loss is hidden. */
  #takeLoss({ kind, count }: LossDocument): void {
    this.#timeline.losses[isLossKind(kind) ? kind : 'dropped'] += count;
  }

  #takeProcesses({ timeNs, ...list }: ProcessesDocument): void {
    this.#timeline.addProcesses({ ...list, timeNs: this.#sinceOrigin(timeNs) });
  }

  #takeDeviceState({ timeNs, ...state }: DeviceStateDocument): void {
    this.#timeline.addDeviceState({ ...state, timeNs: this.#sinceOrigin(timeNs) });
  }

  #takeWindow({ startNs, endNs }: WindowDocument): void {
    this.#timeline.addWindow({
      startNs: this.#sinceOrigin(startNs),
      endNs: this.#sinceOrigin(endNs),
      devices: this.#devices,
    });
  }

  #takeStrings(payload: Uint8Array): void {
    const { firstId, strings } = decodeStrings(payload);
    requireNext('string', firstId, this.#strings.length);
    for (const text of strings) this.#strings.push(text);
  }

  #takeGrids(payload: Uint8Array): void {
    for (const grid of decodeGrids(payload)) this.#grids.set(grid.launch, shapeOfGrid(grid));
  }

  #takeLaunches(payload: Uint8Array): void {
    const { firstId, launches } = decodeLaunches(payload, (id) => this.#text(id));
    requireNext('launch', firstId, this.#launches.length);
    for (const launch of launches) {
      const grid = this.#grids.get(this.#launches.length);
      this.#grids.delete(this.#launches.length);
      const shape = launch.shape ?? grid ?? null;
      this.#launches.push(this.#timeline.addLaunch({ ...launch, shape }));
      if (this.#devices.has(launch.device)) continue;
      this.#devices.add(launch.device);
      if (this.#producer !== null) this.#producer.devices = [...this.#devices];
      this.#tellRank(launch.device);
    }
  }

  #takeActivity(payload: Uint8Array): void {
    const { block, unknown } = this.#launches.translate(decodeActivity(payload, this.#originNs));
    this.#timeline.losses.outOfRange += unknown;
    this.#timeline.addActivity(block);
  }

  #takeSummary(payload: Uint8Array): void {
    const { block, unknown } = this.#launches.translateSummary(decodeSummary(payload, this.#originNs));
    this.#timeline.losses.outOfRange += unknown;
    this.#timeline.addSummary(block);
  }

  #takeSteps(payload: Uint8Array): void {
    const rank = this.#rank?.rank;
    for (const step of decodeSteps(payload, this.#originNs)) {
      this.#timeline.addStep(rank === undefined ? step : { ...step, rank });
    }
  }

  #takeRanges(payload: Uint8Array): void {
    const ranges = decodeRanges(payload, this.#originNs);
    this.#timeline.addHostBlock({
      ...ranges,
      name: ranges.name.map((id) => this.#hostName(id)),
      thread: ranges.thread.map((id) => this.#hostThread(id)),
    });
  }

  #hostName(id: number): number {
    let index = this.#hostNames.get(id);
    if (index === undefined) {
      index = this.#timeline.host.names.push({ name: this.#text(id), kind: 'annotation' }) - 1;
      this.#hostNames.set(id, index);
    }
    return index;
  }

  #hostThread(id: number): number {
    let index = this.#hostThreads.get(id);
    if (index === undefined) {
      const thread = { name: String(id), rank: this.#rank?.rank ?? null };
      index = this.#timeline.host.threads.push(thread) - 1;
      this.#hostThreads.set(id, index);
    }
    return index;
  }

  #takeMark({ name, text, startNs, endNs }: MarkDocument): void {
    this.#timeline.addMark({
      name,
      text,
      startNs: this.#sinceOrigin(startNs),
      endNs: this.#sinceOrigin(endNs),
    });
  }

  #takeSamples(payload: Uint8Array): void {
    for (const { series, timeNs, value } of decodeSamples(payload, this.#originNs)) {
      const entry = this.#series[series];
      if (entry) this.#timeline.addSample(entry, timeNs, value);
      else this.#timeline.losses.outOfRange++;
    }
  }

  #sinceOrigin(clockNs: bigint): number {
    const timeNs = Number(clockNs - this.#originNs);
    if (!Number.isSafeInteger(timeNs)) throw new RangeError('a time 104 days or more from the start');
    return timeNs;
  }

  #text(id: number): string {
    const text = this.#strings[id];
    if (text === undefined) throw new RangeError(`string ${id} was never defined`);
    return text;
  }
}

function document<T>(shape: Shape<T>, take: (value: T) => unknown): Taker {
  return (payload) => {
    take(parseJson(payload, shape, 'the record'));
  };
}

/** Ids count up without gaps, so that an id is an index and a missing definition is noticed at once. */
function requireNext(what: string, id: number, expected: number): void {
  if (id !== expected) throw new RangeError(`${what} ${id} is defined where ${expected} comes next`);
}
