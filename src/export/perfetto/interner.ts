import { PbfWriter } from 'pbf';
import { eventTypes, fields } from './fields.ts';
import type { PacketWriter } from './packets.ts';

const { TrackEvent, DebugAnnotation, InternedData } = fields;

/** A text that events refer to by its number. */
export interface Interned {
  /** Field of InternedData. */
  readonly field: number;
  readonly iid: number;
  readonly text: string;
}

/** What an event shows beside its name; what is null is left out. */
export type EventArguments = Readonly<Record<string, string | number | null>>;

/** What many events have in common. */
export interface EventTemplate {
  readonly type: keyof typeof eventTypes;
  readonly category: string;
  readonly name: string;
  readonly arguments?: EventArguments;
}

/** Encodes what events have in common, and has each text introduced once before it is referred to. */
export class Interner {
  readonly #packets: PacketWriter;
  readonly #known = new Map<number, Map<string, number>>();
  readonly #pbf = new PbfWriter(new Uint8Array(1024));
  #new: Interned[] = [];

  constructor(packets: PacketWriter) {
    this.#packets = packets;
  }

  /** The fields of TrackEvent that the template gives, encoded. Introduces its texts. */
  encode(template: EventTemplate): Uint8Array {
    const pbf = this.#pbf;
    pbf.pos = 0;
    pbf.writeVarintField(TrackEvent.type, eventTypes[template.type]);
    pbf.writeVarintField(
      TrackEvent.categoryIids,
      this.#intern(InternedData.eventCategories, template.category),
    );
    pbf.writeVarintField(TrackEvent.nameIid, this.#intern(InternedData.eventNames, template.name));
    for (const [name, value] of Object.entries(template.arguments ?? {})) {
      if (value === null || value === '') continue;
      pbf.writeMessage(TrackEvent.debugAnnotations, () => this.#writeArgument(name, value), null);
    }
    if (this.#new.length > 0) this.#packets.intern(this.#new);
    this.#new = [];
    return pbf.buf.slice(0, pbf.pos);
  }

  #writeArgument(name: string, value: string | number): void {
    const pbf = this.#pbf;
    pbf.writeVarintField(DebugAnnotation.nameIid, this.#intern(InternedData.debugAnnotationNames, name));
    if (typeof value === 'string')
      pbf.writeVarintField(
        DebugAnnotation.stringValueIid,
        this.#intern(InternedData.debugAnnotationStrings, value),
      );
    else if (Number.isSafeInteger(value)) pbf.writeVarintField(DebugAnnotation.intValue, value);
    else pbf.writeDoubleField(DebugAnnotation.doubleValue, value);
  }

  /** The number of a text, from 1 on: 0 means none. */
  #intern(field: number, text: string): number {
    let texts = this.#known.get(field);
    if (texts === undefined) {
      texts = new Map();
      this.#known.set(field, texts);
    }
    const known = texts.get(text);
    if (known !== undefined) return known;
    const iid = texts.size + 1;
    texts.set(text, iid);
    this.#new.push({ field, iid, text });
    return iid;
  }
}
