import type { HostRangeKind } from '../../../src/model/timeline.ts';
import { asBytes, bytesAre } from './bytes.ts';
import { ActivityColumns, CallColumns, HostColumns } from './columns.ts';
import { detail } from './details.ts';
import { type EventScanner, phases } from './event.ts';
import { HostNames } from './host-names.ts';
import { ByteInterner } from './interner.ts';
import { LaunchTable } from './launch-table.ts';
import { MicrosecondReader, numberAt } from './numbers.ts';
import { OpenRanges } from './open-ranges.ts';
import { ThreadTable } from './threads.ts';

/** More devices than any machine has: a damaged file could name a new one in every event. */
const mostDevices = 1024;
const lastMark = asBytes('Record Window End');
const threadName = asBytes('thread_name');

/** A step as the profiler marks it: `ProfilerStep#12`. */
export interface StepMark {
  readonly number: number;
  startNs: number;
  endNs: number;
}

/** Takes events and keeps what is wanted of them in columns. Times count from the first event's microsecond. */
export class EventGatherer {
  readonly names = new ByteInterner();
  readonly launches = new LaunchTable();
  readonly threads = new ThreadTable();
  readonly hostNames = new HostNames(this.names);
  readonly activity = new ActivityColumns();
  readonly host = new HostColumns();
  readonly calls = new CallColumns();
  readonly steps: StepMark[] = [];
  /** Numbers of the devices that did anything, in order of appearance. */
  readonly devices: number[] = [];
  readonly clock = new MicrosecondReader();
  /** Whether the mark was seen that the profiler writes at its end. */
  sawEnd = false;
  outOfRange = 0;
  /** The earliest moment of all that was kept. */
  firstNs = Number.POSITIVE_INFINITY;
  unfinished = 0;
  readonly #open = new OpenRanges();

  /** @param end of the event */
  take(event: EventScanner, bytes: Uint8Array, end: number): void {
    const { role, phase } = event;
    if (role === null) {
      if (!event.hasCategory) this.#takeMark(event, bytes, end);
    } else if (phase === phases.complete) {
      const startNs = event.ts < 0 ? Number.NaN : this.clock.moment(bytes, event.ts);
      const durationNs = event.dur < 0 ? Number.NaN : this.clock.duration(bytes, event.dur);
      if (event.dur < 0) this.unfinished++;
      else if (!(durationNs >= 0) || Number.isNaN(startNs) || event.nameStart < 0) this.outOfRange++;
      else {
        if (startNs < this.firstNs) this.firstNs = startNs;
        if (role.part === 'activity') this.#takeActivity(event, bytes, end, startNs, durationNs);
        else this.#takeHost(event, bytes, end, startNs, durationNs);
      }
    } else if (role.part === 'host' && (phase === phases.begin || phase === phases.end)) {
      this.#takeEdge(event, role.kind, bytes);
    }
  }

  /** Whether nothing came that a timeline could hold. */
  get isEmpty(): boolean {
    return !Number.isFinite(this.firstNs);
  }

  /** Says that no more events come. */
  finish(): void {
    this.unfinished += this.#open.count;
  }

  #takeMark(event: EventScanner, bytes: Uint8Array, end: number): void {
    const { nameStart, nameEnd, phase } = event;
    if (nameStart < 0) return;
    const length = nameEnd - nameStart;
    if (phase === phases.instant) {
      if (length === lastMark.length && bytesAre(bytes, nameStart, lastMark)) this.sawEnd = true;
    } else if (phase === phases.metadata && length === threadName.length) {
      if (!bytesAre(bytes, nameStart, threadName) || !event.readDetails(bytes, end)) return;
      const { nameStart: start, nameEnd: stop } = event.details;
      if (start >= 0) this.threads.name(bytes, event, this.names.intern(bytes, start, stop));
    }
  }

  #takeActivity(
    event: EventScanner,
    bytes: Uint8Array,
    end: number,
    startNs: number,
    durationNs: number,
  ): void {
    const { values } = event.details;
    const device = event.readDetails(bytes, end) ? this.#deviceOf(event, bytes) : Number.NaN;
    if (Number.isNaN(device) || event.role?.part !== 'activity') {
      this.outOfRange++;
      return;
    }
    const name = this.names.intern(bytes, event.nameStart, event.nameEnd);
    const stream = values[detail.stream] as number;
    const correlation = values[detail.correlation] as number;
    const launch = this.launches.intern(event.role.kind, name, device, values);
    const queue = stream >= 0 ? stream : event.tid < 0 ? 0 : numberAt(bytes, event.tid);
    this.activity.add(startNs, durationNs, launch, queue, correlation > 0 ? correlation : 0);
  }

  /** Number of the device, or NaN where it is none. */
  #deviceOf(event: EventScanner, bytes: Uint8Array): number {
    let device = event.details.values[detail.device] as number;
    if (Number.isNaN(device) && event.pid >= 0) device = numberAt(bytes, event.pid);
    if (this.devices.includes(device)) return device;
    if (!Number.isInteger(device) || device < 0 || this.devices.length === mostDevices) return Number.NaN;
    this.devices.push(device);
    return device;
  }

  #takeHost(event: EventScanner, bytes: Uint8Array, end: number, startNs: number, durationNs: number): void {
    const { role } = event;
    const thread = this.threads.of(bytes, event);
    const name = this.names.intern(bytes, event.nameStart, event.nameEnd);
    if (role?.part === 'call') {
      if (!event.readDetails(bytes, end)) {
        this.outOfRange++;
        return;
      }
      const correlation = event.details.values[detail.correlation] as number;
      if (correlation > 0) this.calls.add(startNs, correlation, thread);
      if (!this.hostNames.isLaunch(name)) this.#addRange(name, 'runtime', thread, startNs, durationNs);
    } else if (role?.part === 'host') {
      this.#addRange(name, role.kind, thread, startNs, durationNs);
    }
  }

  #addRange(name: number, kind: HostRangeKind, thread: number, startNs: number, durationNs: number): void {
    const step = kind === 'runtime' ? Number.NaN : this.hostNames.stepNumber(name);
    if (!Number.isNaN(step)) {
      this.steps.push({ number: step, startNs, endNs: startNs + durationNs });
      return;
    }
    this.host.add(startNs, durationNs, this.hostNames.indexOf(name, kind), thread);
  }

  #takeEdge(event: EventScanner, kind: HostRangeKind, bytes: Uint8Array): void {
    const timeNs = event.ts < 0 ? Number.NaN : this.clock.moment(bytes, event.ts);
    if (Number.isNaN(timeNs) || (event.phase === phases.begin && event.nameStart < 0)) {
      this.outOfRange++;
      return;
    }
    const thread = this.threads.of(bytes, event);
    if (timeNs < this.firstNs) this.firstNs = timeNs;
    if (event.phase === phases.begin) {
      this.#open.begin(thread, this.names.intern(bytes, event.nameStart, event.nameEnd), kind, timeNs);
      return;
    }
    const range = this.#open.end(thread);
    if (range === undefined) this.unfinished++;
    else if (timeNs < range.startNs) this.outOfRange++;
    else this.#addRange(range.name, range.kind, thread, range.startNs, timeNs - range.startNs);
  }
}
