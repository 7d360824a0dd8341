import type { Losses } from '../model/timeline.ts';
import { frameTypes, writtenPayloadBytes } from './format.ts';
import { encodeFrame, encodeJsonFrame } from './frames.ts';
import type { FrameSink } from './sinks.ts';

/** Records may not fill a sink to the brim: what they refer to, their losses and the end still find room then. */
const reserveBytes = 1024 * 1024;
/** A disk that is this far behind with definitions alone is not going to catch up. */
const maxWaitingBytes = 32 * 1024 * 1024;
/** Reasons are few and fixed; past this many, further ones are counted under the first of their kind. */
const maxReasons = 64;

export type LossKind = keyof Losses;

interface Loss {
  readonly kind: LossKind;
  readonly why: string;
  count: number;
}

/**
 * The frames of a stream on their way to its sink. Definitions, which later frames build on, wait in order until
 * they fit; records do not wait: without room they are dropped, and the loss is told as soon as there is some.
 */
export class Outbox {
  /** Records that were dropped, here or before they came here. */
  dropped = 0;
  readonly #sink: FrameSink;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  readonly #losses = new Map<string, Loss>();
  /** What comes after all else, losses too. */
  #last: Uint8Array | null = null;
  #givenUp = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Why the stream cannot go on, or null. */
  get failure(): string | null {
    if (this.#sink.failure !== null) return this.#sink.failure;
    return this.#givenUp ? 'The disk took nothing for too long; the recording ends early.' : null;
  }

  define(frame: Uint8Array): void {
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    if (this.#waitingBytes > maxWaitingBytes) this.#givenUp = true;
  }

  /** Sets the frame that the stream ends with. */
  end(frame: Uint8Array): void {
    this.#last = frame;
  }

  /** Counts a loss. Equal ones are told together: there may be a million. */
  lose(kind: LossKind, count: number, why: string): void {
    if (!Number.isSafeInteger(count) || count < 1) return;
    if (kind === 'dropped') this.dropped += count;
    const key = `${kind} ${why}`;
    const known = this.#losses.get(key) ?? this.#crowdedOut(kind);
    if (known) known.count += count;
    else this.#losses.set(key, { kind, why, count });
  }

  /** Hands on what waits. False while something still does: no record may overtake it. */
  send(): boolean {
    if (this.failure !== null) {
      this.#forget();
      return false;
    }
    const refused = this.#waiting.findIndex((frame) => !this.#sink.offer(frame));
    const sent = this.#waiting.splice(0, refused < 0 ? this.#waiting.length : refused);
    for (const frame of sent) this.#waitingBytes -= frame.length;
    return refused < 0 && this.#tellLosses() && this.#tellEnd();
  }

  /** Hands on a frame of `count` records, if `room`. */
  offer(room: boolean, count: number, type: number, encode: () => Uint8Array): void {
    const payload = room ? encode() : null;
    if (payload !== null && payload.length > writtenPayloadBytes) {
      this.lose('outOfRange', count, 'a record was longer than a mebibyte');
    } else if (payload === null || !this.#sink.offer(encodeFrame(type, payload), reserveBytes)) {
      this.lose('dropped', count, 'the disk was slower than the records came');
    }
  }

  /** Resolves when all that waits is handed on, or cannot be. */
  async drain(): Promise<void> {
    while (!this.send() && this.failure === null) {
      if (!(await this.#sink.roomier())) this.#givenUp = true;
    }
  }

  #tellLosses(): boolean {
    for (const [key, loss] of this.#losses) {
      if (!this.#sink.offer(encodeJsonFrame(frameTypes.lost, loss))) return false;
      this.#losses.delete(key);
    }
    return true;
  }

  #tellEnd(): boolean {
    if (this.#last !== null && !this.#sink.offer(this.#last)) return false;
    this.#last = null;
    return true;
  }

  #crowdedOut(kind: LossKind): Loss | undefined {
    if (this.#losses.size < maxReasons) return undefined;
    return [...this.#losses.values()].find((loss) => loss.kind === kind);
  }

  #forget(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#losses.clear();
  }
}
