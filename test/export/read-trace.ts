/**
 * A reader of Perfetto traces for tests, on the wire format alone: it shares nothing with what writes them. Field
 * numbers are those of protos/perfetto/trace of github.com/google/perfetto.
 */

/** A message by field number; each value is a varint or fixed number, or the bytes of a string or message. */
type Message = Map<number, (bigint | Uint8Array)[]>;

export interface ReadSlice {
  readonly track: string;
  readonly name: string;
  readonly category: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly depth: number;
  readonly flow: bigint | null;
  readonly shown: Readonly<Record<string, string | number>>;
}

export interface ReadTrace {
  /** Paths such as `gpu0: V100 > stream 7`, in the order of introduction. */
  readonly tracks: string[];
  readonly slices: ReadSlice[];
  readonly instants: ReadSlice[];
  readonly counters: { readonly track: string; readonly timeNs: bigint; readonly value: number }[];
}

/** Reads a trace as trace_processor does; throws where slices of a track do not nest. */
export function readTrace(bytes: Uint8Array): ReadTrace {
  const trace: ReadTrace = { tracks: [], slices: [], instants: [], counters: [] };
  const packets = messages(parse(bytes), 1);
  const baseNs = realtimeOf(packets);
  const names = new Map<string, string>();
  const tracks = new Map<bigint, { path: string; uuid: bigint }>();
  const processes = new Map<bigint, string>();
  const events: { event: Message; timeNs: bigint }[] = [];
  for (const packet of packets) {
    for (const interned of messages(packet, 12))
      for (const [field, entries] of interned)
        for (const entry of entries.map((value) => parse(value as Uint8Array)))
          names.set(`${field}/${number(entry, 1)}`, string(entry, 2));
    for (const described of messages(packet, 60)) introduce(described, tracks, processes, trace.tracks);
    for (const event of messages(packet, 11)) {
      if (number(packet, 13) !== 2n) throw new Error('an event without SEQ_NEEDS_INCREMENTAL_STATE');
      events.push({ event, timeNs: baseNs + number(packet, 8) });
    }
  }
  events.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
  replay(events, tracks, names, trace);
  return trace;
}

function introduce(
  described: Message,
  tracks: Map<bigint, { path: string; uuid: bigint }>,
  processes: Map<bigint, string>,
  order: string[],
): void {
  const uuid = number(described, 1);
  if (uuid === 0n) return;
  if (tracks.has(uuid)) throw new Error(`track ${uuid} is introduced twice`);
  const [process] = messages(described, 3);
  const [thread] = messages(described, 4);
  let path = string(described, 2);
  if (process) {
    path = string(process, 6);
    processes.set(number(process, 1), path);
  } else if (thread) path = `${processes.get(number(thread, 1))} > ${string(thread, 5)}`;
  else path = `${tracks.get(number(described, 5))?.path} > ${path}`;
  tracks.set(uuid, { path, uuid });
  order.push(path);
}

function replay(
  events: readonly { event: Message; timeNs: bigint }[],
  tracks: Map<bigint, { path: string; uuid: bigint }>,
  names: Map<string, string>,
  trace: ReadTrace,
): void {
  const open = new Map<bigint, { begin: Message; startNs: bigint }[]>();
  for (const { event, timeNs } of events) {
    const uuid = number(event, 11);
    const track = tracks.get(uuid)?.path;
    if (track === undefined) throw new Error(`an event on track ${uuid}, which nobody introduced`);
    const stack = open.get(uuid) ?? [];
    open.set(uuid, stack);
    const read = (begin: Message, startNs: bigint): ReadSlice => ({
      track,
      name: nameOf(names, 2, number(begin, 10)),
      category: nameOf(names, 1, number(begin, 3)),
      startNs,
      endNs: timeNs,
      depth: stack.length,
      flow: begin.has(47) ? number(begin, 47) : null,
      shown: Object.fromEntries(messages(begin, 4).map((shown) => argument(shown, names))),
    });
    switch (number(event, 9)) {
      case 1n:
        stack.push({ begin: event, startNs: timeNs });
        break;
      case 2n: {
        const begun = stack.pop();
        if (begun === undefined) throw new Error(`an end on ${track} without a begin`);
        trace.slices.push(read(begun.begin, begun.startNs));
        break;
      }
      case 3n:
        trace.instants.push(read(event, timeNs));
        break;
      default:
        trace.counters.push({ track, timeNs, value: double(event, 44) });
    }
  }
  for (const [uuid, stack] of open)
    if (stack.length > 0) throw new Error(`a slice of track ${uuid} never ends`);
}

function argument(shown: Message, names: Map<string, string>): [string, string | number] {
  const name = nameOf(names, 3, number(shown, 1));
  if (shown.has(17)) return [name, nameOf(names, 29, number(shown, 17))];
  return [name, shown.has(5) ? double(shown, 5) : Number(number(shown, 4))];
}

function nameOf(names: Map<string, string>, field: number, iid: bigint): string {
  const name = names.get(`${field}/${iid}`);
  if (name === undefined) throw new Error(`text ${iid} of field ${field} is used before it is introduced`);
  return name;
}

function realtimeOf(packets: readonly Message[]): bigint {
  for (const snapshot of packets.flatMap((packet) => messages(packet, 6)))
    for (const clock of messages(snapshot, 1)) if (number(clock, 1) === 1n) return number(clock, 2);
  throw new Error('no snapshot of the real-time clock');
}

function parse(bytes: Uint8Array): Message {
  const message: Message = new Map();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const bytesOf = (): Uint8Array => {
    const length = Number(varint());
    at += length;
    if (at > bytes.length) throw new Error('a field runs over the end');
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    let value: bigint | Uint8Array;
    if ((tag & 7n) === 0n) value = varint();
    else if ((tag & 7n) === 1n) {
      value = view.getBigUint64(at, true);
      at += 8;
    } else if ((tag & 7n) === 2n) value = bytesOf();
    else throw new Error(`wire type ${tag & 7n}`);
    const field = Number(tag >> 3n);
    const values = message.get(field) ?? [];
    values.push(value);
    message.set(field, values);
  }
  return message;
}

function messages(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).map((value) => parse(value as Uint8Array));
}

function number(message: Message, field: number): bigint {
  return (message.get(field)?.[0] as bigint | undefined) ?? 0n;
}

function double(message: Message, field: number): number {
  const bits = new BigUint64Array([number(message, field)]);
  return new Float64Array(bits.buffer)[0] ?? Number.NaN;
}

function string(message: Message, field: number): string {
  const bytes = message.get(field)?.[0] as Uint8Array | undefined;
  return bytes === undefined ? '' : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
