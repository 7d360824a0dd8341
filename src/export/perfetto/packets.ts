import { PbfWriter } from 'pbf';
import type { Nanoseconds } from '../../model/units.ts';
import type { Sink } from '../exporter.ts';
import { clocks, eventTypes, explicitOrdering, fields, sequenceFlags } from './fields.ts';
import type { Interned } from './interner.ts';
import { writeTextField } from './text-field.ts';

const { TracePacket, TrackEvent, TrackDescriptor } = fields;

/** Bytes after which a piece goes out. */
const pieceBytes = 1 << 17;
/** The one sequence of packets that is written; its interned texts and its clock are its own. */
const sequenceId = 1;

/** A track as it is introduced, before its first event. */
export interface TrackDescription {
  readonly uuid: number;
  /** Writes the fields of TrackDescriptor that are more than its id. */
  readonly write: (pbf: PbfWriter) => void;
}

/** One event; the packet writer keeps and reuses it. */
interface Event {
  timeNs: Nanoseconds;
  track: number;
  /** Fields of TrackEvent that are the same for many events, encoded. */
  body: Uint8Array;
  flow: number;
  /** NaN for what is no counter. */
  value: number;
}

const sliceEnd = Uint8Array.of((TrackEvent.type << 3) | 0, eventTypes.sliceEnd);
const counter = Uint8Array.of((TrackEvent.type << 3) | 0, eventTypes.counter);
export const noFlow = 0;

/**
 * Writes TracePackets in pieces. Event times are nanoseconds since `baseUnixNs`, on a clock of this file's own that a
 * snapshot ties to Unix time: small numbers, exact beyond 2^53, and the page shows the time of day.
 */
export class PacketWriter {
  readonly #sink: Sink;
  readonly #pbf = new PbfWriter(new Uint8Array(2 * pieceBytes));
  readonly #event: Event = { timeNs: 0, track: 0, body: sliceEnd, flow: noFlow, value: Number.NaN };

  constructor(sink: Sink, baseUnixNs: bigint) {
    this.#sink = sink;
    this.#packet(writePreamble, baseUnixNs);
    this.#packet(writeDescriptor, { uuid: 0, write: writeOrdering });
  }

  /** Whether it is time to wait for `flush`. */
  get full(): boolean {
    return this.#pbf.pos >= pieceBytes;
  }

  /** Hands over what is written so far. */
  async flush(): Promise<void> {
    if (this.#pbf.pos === 0) return;
    await this.#sink.write(this.#pbf.buf.subarray(0, this.#pbf.pos));
    this.#pbf.pos = 0;
  }

  describeTrack(description: TrackDescription): void {
    this.#packet(writeDescriptor, description);
  }

  /** Introduces texts; before the first event that refers to them. */
  intern(texts: readonly Interned[]): void {
    this.#packet(writeInterned, texts);
  }

  /** Writes a slice that nothing nests in. */
  slice(track: number, startNs: Nanoseconds, endNs: Nanoseconds, body: Uint8Array, flow = noFlow): void {
    this.begin(track, startNs, body, flow);
    this.end(track, endNs);
  }

  /** Begins a slice, or marks a moment: `body` holds the type. */
  begin(track: number, timeNs: Nanoseconds, body: Uint8Array, flow = noFlow): void {
    this.#write(track, timeNs, body, flow, Number.NaN);
  }

  end(track: number, timeNs: Nanoseconds): void {
    this.#write(track, timeNs, sliceEnd, noFlow, Number.NaN);
  }

  count(track: number, timeNs: Nanoseconds, value: number): void {
    this.#write(track, timeNs, counter, noFlow, value);
  }

  #write(track: number, timeNs: Nanoseconds, body: Uint8Array, flow: number, value: number): void {
    const event = this.#event;
    event.track = track;
    event.timeNs = timeNs;
    event.body = body;
    event.flow = flow;
    event.value = value;
    this.#packet(writeEvent, event);
  }

  #packet<T>(write: (subject: T, pbf: PbfWriter) => void, subject: T): void {
    this.#pbf.writeMessage(fields.Trace.packet, write, subject);
  }
}

function writeEvent(event: Event, pbf: PbfWriter): void {
  pbf.writeVarintField(TracePacket.timestamp, event.timeNs);
  pbf.writeVarintField(TracePacket.sequenceId, sequenceId);
  pbf.writeVarintField(TracePacket.sequenceFlags, sequenceFlags.needsIncrementalState);
  pbf.writeMessage(TracePacket.trackEvent, writeTrackEvent, event);
}

function writeTrackEvent({ track, body, flow, value }: Event, pbf: PbfWriter): void {
  pbf.writeVarintField(TrackEvent.trackUuid, track);
  pbf.realloc(body.length);
  pbf.buf.set(body, pbf.pos);
  pbf.pos += body.length;
  if (flow !== noFlow) pbf.writeFixed64Field(TrackEvent.flowIds, flow);
  if (!Number.isNaN(value)) pbf.writeDoubleField(TrackEvent.doubleCounterValue, value);
}

function writeDescriptor({ uuid, write }: TrackDescription, pbf: PbfWriter): void {
  pbf.writeVarintField(TracePacket.sequenceId, sequenceId);
  pbf.writeMessage(
    TracePacket.trackDescriptor,
    () => {
      pbf.writeVarintField(TrackDescriptor.uuid, uuid);
      write(pbf);
    },
    null,
  );
}

function writeInterned(texts: readonly Interned[], pbf: PbfWriter): void {
  pbf.writeVarintField(TracePacket.sequenceId, sequenceId);
  pbf.writeVarintField(TracePacket.sequenceFlags, sequenceFlags.needsIncrementalState);
  pbf.writeMessage(
    TracePacket.internedData,
    () => {
      for (const interned of texts) pbf.writeMessage(interned.field, writeText, interned);
    },
    null,
  );
}

function writeText({ iid, text }: Interned, pbf: PbfWriter): void {
  pbf.writeVarintField(fields.Interned.iid, iid);
  writeTextField(pbf, fields.Interned.text, text);
}

/** The order of processes and threads is theirs to say; stands with the root track. */
function writeOrdering(pbf: PbfWriter): void {
  pbf.writeVarintField(TrackDescriptor.processOrdering, explicitOrdering);
  pbf.writeVarintField(TrackDescriptor.threadOrdering, explicitOrdering);
}

/**
 * Begins the sequence and ties its clock to Unix time. The trace's clock is BOOTTIME, which every version of the page
 * takes; it is set to Unix time too, so that `ts` in SQL is nanoseconds of Unix time.
 */
function writePreamble(baseUnixNs: bigint, pbf: PbfWriter): void {
  pbf.writeVarintField(TracePacket.sequenceId, sequenceId);
  pbf.writeVarintField(TracePacket.sequenceFlags, sequenceFlags.incrementalStateCleared);
  pbf.writeMessage(
    TracePacket.defaults,
    () => pbf.writeVarintField(fields.TracePacketDefaults.timestampClockId, clocks.ofTimeline),
    null,
  );
  pbf.writeMessage(
    TracePacket.clockSnapshot,
    () => {
      pbf.writeMessage(fields.ClockSnapshot.clocks, writeClock, [clocks.ofTimeline, 0n]);
      pbf.writeMessage(fields.ClockSnapshot.clocks, writeClock, [clocks.boottime, baseUnixNs]);
      pbf.writeMessage(fields.ClockSnapshot.clocks, writeClock, [clocks.realtime, baseUnixNs]);
      pbf.writeVarintField(fields.ClockSnapshot.primaryTraceClock, clocks.boottime);
    },
    null,
  );
}

function writeClock([id, timeNs]: [number, bigint], pbf: PbfWriter): void {
  pbf.writeVarintField(fields.Clock.clockId, id);
  pbf.writeTag(fields.Clock.timestamp, 0);
  writeVarint64(timeNs, pbf);
}

/** pbf writes numbers only, and Unix nanoseconds are beyond what a number holds exactly. */
function writeVarint64(value: bigint, pbf: PbfWriter): void {
  pbf.realloc(10);
  let rest = BigInt.asUintN(64, value);
  for (; rest > 0x7fn; rest >>= 7n) pbf.buf[pbf.pos++] = Number(rest & 0x7fn) | 0x80;
  pbf.buf[pbf.pos++] = Number(rest);
}
