import {
  asBytes,
  bytesAre,
  closeBrace,
  closeBracket,
  colon,
  comma,
  endOfString,
  endOfValue,
  incomplete,
  malformed,
  openBrace,
  openBracket,
  quote,
  skipSpace,
} from './bytes.ts';
import { EventScanner } from './event.ts';
import { nextEvent } from './resync.ts';

/** One event or member may be so long; what is longer is passed over. The longest seen have some hundred KiB. */
export const longestPieceBytes = 16 * 2 ** 20;
/** Beyond it nothing is looked at twice, so that a hostile file costs no more than three times its size. */
const rereadBytes = 64 * 2 ** 20;
const longestMemberBytes = 4 * 2 ** 20;
const longestKeyBytes = 64;
const firstCapacity = 2 ** 20;

const byteOrderMark = asBytes('\ufeff');
const eventsKey = asBytes('traceEvents');
/** Members beside the events that are of interest; the rest is passed over. */
const memberKeys: ReadonlySet<string> = new Set([
  'schemaVersion',
  'deviceProperties',
  'distributedInfo',
  'baseTimeNanoseconds',
  'cuda_runtime_version',
  'cuda_driver_version',
  'cupti_version',
  'hip_runtime_version',
  'hip_driver_version',
  'roctracer_version',
]);

type State = 'start' | 'members' | 'events' | 'lost' | 'done' | 'no-json';

/** Takes each event that is whole; the scanner's positions hold within `bytes` and until the call returns. */
export type TakeEvent = (event: EventScanner, bytes: Uint8Array, end: number) => void;

/** A trace document that comes in pieces: finds its events and its members. */
export class TraceDocument {
  /** The texts of members of interest. */
  readonly members = new Map<string, string>();
  /** Whether an array of events was found. */
  foundEvents = false;
  /** Places that were no JSON, each passed over to the next event. */
  damagedPlaces = 0;
  /** The first of them, in bytes from the start. */
  firstDamage = 0;
  /** Events and members that were too long. */
  tooLong = 0;
  readonly #take: TakeEvent;
  readonly #event = new EventScanner();
  #bytes = new Uint8Array(firstCapacity + 1);
  #at = 0;
  #end = 0;
  /** Bytes of the document before those at hand. */
  #before = 0;
  /** Fewer bytes than this are not worth another look: what stands at `#at` is not whole with them. */
  #worthwhile = 0;
  #reread = 0;
  #ended = false;
  /** What was not whole when the document ended. */
  #unfinished = 0;
  #state: State = 'start';
  #isArray = false;

  constructor(take: TakeEvent) {
    this.#take = take;
  }

  get isJson(): boolean {
    return this.#state !== 'no-json';
  }

  /** Whether it ended as it should, once everything is fed. An array of events need not be closed. */
  get isWhole(): boolean {
    return this.#state === 'done' || (this.#state === 'events' && this.#isArray && this.#at === this.#end);
  }

  /** Takes the next bytes; they are copied. */
  feed(chunk: Uint8Array): void {
    if (this.#state === 'done' || this.#state === 'no-json') return;
    this.#append(chunk);
    if (this.#end - this.#at < this.#worthwhile) return;
    this.#run();
    // Looking again when twice as much is there keeps long pieces linear.
    this.#worthwhile = 2 * (this.#end - this.#at);
  }

  /** Says that nothing more comes. Behind what is not whole there may be more, where a brace was damaged. */
  finish(): void {
    this.#ended = true;
    this.#run();
    if (this.#state === 'done') this.damagedPlaces += this.#unfinished;
  }

  #run(): void {
    while (this.#advance()) {
      // Each turn is a run of events, a member or a damaged place.
    }
  }

  #append(chunk: Uint8Array): void {
    const kept = this.#end - this.#at;
    if (this.#at > 0) {
      this.#bytes.copyWithin(0, this.#at, this.#end);
      this.#before += this.#at;
      this.#at = 0;
      this.#end = kept;
    }
    if (kept + chunk.length >= this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, kept + chunk.length + 1));
      larger.set(this.#bytes.subarray(0, kept));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, kept);
    this.#end = kept + chunk.length;
    this.#bytes[this.#end] = 0;
  }

  /** @returns whether there may be more to do with the bytes at hand */
  #advance(): boolean {
    switch (this.#state) {
      case 'start':
        return this.#start();
      case 'members':
        return this.#member();
      case 'events':
        return this.#events();
      case 'lost':
        return this.#search();
      default:
        this.#at = this.#end;
        return false;
    }
  }

  #start(): boolean {
    if (this.#before + this.#at === 0 && this.#bytes[0] === byteOrderMark[0]) {
      if (this.#end < byteOrderMark.length) return false;
      if (bytesAre(this.#bytes, 0, byteOrderMark)) this.#at = byteOrderMark.length;
    }
    this.#at = skipSpace(this.#bytes, this.#at);
    if (this.#at >= this.#end) return false;
    const first = this.#bytes[this.#at];
    this.#at++;
    this.#isArray = first === openBracket;
    this.foundEvents = this.#isArray;
    if (this.#isArray) this.#state = 'events';
    else this.#state = first === openBrace ? 'members' : 'no-json';
    return true;
  }

  #member(): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = skipSpace(bytes, this.#at);
    while (bytes[at] === comma) at = skipSpace(bytes, at + 1);
    this.#at = at;
    if (at >= end) return false;
    if (bytes[at] === closeBrace) {
      this.#state = 'done';
      return true;
    }
    if (bytes[at] !== quote) return this.#lose(at);
    const key = at + 1;
    at = endOfString(bytes, key, end);
    if (at < 0) return this.#wait();
    const keyEnd = at;
    at = skipSpace(bytes, at + 1);
    if (at >= end) return this.#wait();
    if (bytes[at] !== colon) return this.#lose(at);
    const value = skipSpace(bytes, at + 1);
    if (value >= end) return this.#wait();
    const isEvents = keyEnd - key === eventsKey.length && bytesAre(bytes, key, eventsKey);
    if (isEvents && bytes[value] === openBracket) {
      this.#at = value + 1;
      this.foundEvents = true;
      this.#state = 'events';
      return true;
    }
    at = endOfValue(bytes, value, end);
    if (at === incomplete) return this.#wait();
    if (at === malformed) return this.#lose(value);
    this.#keep(
      Buffer.from(bytes.buffer, key, Math.min(longestKeyBytes, keyEnd - key)).toString('latin1'),
      value,
      at,
    );
    this.#at = at;
    return true;
  }

  #keep(key: string, start: number, end: number): void {
    if (!memberKeys.has(key) || end - start > longestMemberBytes) return;
    this.members.set(key, Buffer.from(this.#bytes.buffer, start, end - start).toString('utf8'));
  }

  /** As many events as are whole: the loop that nearly all time is spent in. */
  #events(): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    const event = this.#event;
    let at = this.#at;
    for (;;) {
      let byte = bytes[at] as number;
      while ((byte <= 0x20 && byte !== 0) || byte === comma) byte = bytes[++at] as number;
      this.#at = at;
      if (byte !== openBrace) break;
      const behind = event.scan(bytes, at + 1, end);
      if (behind === incomplete) return this.#wait();
      if (behind === malformed) return this.#lose(event.failedAt);
      if (!event.unwanted) this.#take(event, bytes, behind);
      at = behind;
    }
    if (at >= end) return false;
    if (bytes[at] !== closeBracket) return this.#lose(at);
    this.#at = at + 1;
    this.#state = this.#isArray ? 'done' : 'members';
    return true;
  }

  /** What stands here is not whole yet; where it is too long it is passed over. */
  #wait(): boolean {
    if (this.#end - this.#at >= longestPieceBytes) this.tooLong++;
    else if (this.#ended) this.#unfinished++;
    else return false;
    this.#passOver(this.#end);
    return true;
  }

  /** Marks a damaged place, and goes on with the next event behind its begin, or behind its end if much was reread. */
  #lose(failedAt: number): boolean {
    if (this.damagedPlaces++ === 0) this.firstDamage = this.#before + failedAt;
    this.#passOver(failedAt);
    return true;
  }

  #passOver(stoppedAt: number): void {
    const spent = stoppedAt - this.#at;
    this.#reread += spent;
    this.#at = this.#reread <= rereadBytes ? this.#at + 1 : Math.max(stoppedAt, this.#at + 1);
    this.#state = 'lost';
  }

  #search(): boolean {
    const found = nextEvent(this.#bytes, this.#at, this.#end);
    this.#at = found.at;
    if (!found.isEvent) return false;
    this.foundEvents = true;
    this.#state = 'events';
    return true;
  }
}
