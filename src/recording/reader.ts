import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, WarpwatchError } from '../model/errors.ts';
import type { Timeline } from '../model/timeline.ts';
import { streamExtension } from './format.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { StreamDecoder } from './stream-decoder.ts';
import { StreamFollower } from './stream-follower.ts';
import { TimelineBuilder, type TimelineOptions } from './timeline-builder.ts';

/** Streams that go on in parts, `cupti-7.2` and `cupti-7.10`, are read in the order of writing. */
const byName = new Intl.Collator('en', { numeric: true }).compare;

interface FollowedStream {
  readonly follower: StreamFollower;
  readonly decoder: StreamDecoder;
}

/** Reads a recording while it grows; several producers may write to it and new ones may come. */
export class RecordingReader {
  readonly manifest: Manifest;
  readonly #directory: string;
  readonly #timeline: TimelineBuilder;
  readonly #streams = new Map<string, FollowedStream>();
  /** Streams that could not even be opened, with the reason. */
  readonly #unopened = new Map<string, WarpwatchError>();
  #closed = false;

  /** @throws WarpwatchError as `readManifest` */
  constructor(directory: string, options: TimelineOptions = {}) {
    this.#directory = directory;
    this.manifest = readManifest(directory);
    this.#timeline = new TimelineBuilder(
      { path: directory, format: 'recording' },
      this.manifest.run,
      this.manifest.clock.unixNs,
      options,
    );
    for (const device of this.manifest.devices) this.#timeline.addDevice(device);
  }

  /** The timeline so far; it grows with each `poll`. */
  get timeline(): Timeline {
    return this.#timeline;
  }

  /**
   * Why nothing of the recording's streams could be read, or null while anything could. A stream that is wrong
   * beside good ones is told in `timeline.damage` alone.
   */
  get fault(): WarpwatchError | null {
    if (this.#timeline.producers.length > 0) return null;
    const faults = [...this.#streams.values()].map(({ follower }) => follower.fault);
    return [...this.#unopened.values(), ...faults].find((fault) => fault !== null) ?? null;
  }

  /**
   * Takes what has been written since the last call.
   * @returns whether there was anything
   * @throws WarpwatchError `unreadable` where the directory has gone
   */
  poll(): boolean {
    if (this.#closed) return false;
    let news = false;
    for (const stream of this.#streams.values()) news = look(stream) || news;
    // Read as they are found: those that have ended need no open file any more.
    for (const stream of this.#newStreams()) news = look(stream) || news;
    this.#timeline.damage = this.#damage(false);
    return news;
  }

  /** Says that nothing more will come: what is not whole now is a loss. */
  finish(): Timeline {
    if (!this.#closed) this.#timeline.damage = this.#damage(true);
    this.close();
    return this.#timeline;
  }

  close(): void {
    this.#closed = true;
    for (const { follower } of this.#streams.values()) follower.close();
    this.#streams.clear();
  }

  *#newStreams(): Generator<FollowedStream> {
    for (const file of this.#list().sort(byName)) {
      if (this.#streams.has(file) || this.#unopened.has(file)) continue;
      try {
        const stream = this.#open(file);
        if (stream !== null) yield stream;
      } catch (error) {
        if (!(error instanceof WarpwatchError)) throw error;
        this.#unopened.set(file, error);
      }
    }
  }

  #list(): string[] {
    try {
      return readdirSync(this.#directory).filter((file) => file.endsWith(streamExtension));
    } catch (cause) {
      throw new WarpwatchError('unreadable', `${this.#directory} cannot be read: ${messageOf(cause)}.`, {
        cause,
      });
    }
  }

  /** Null for what is no file. */
  #open(file: string): FollowedStream | null {
    const path = join(this.#directory, file);
    // Opening a pipe would wait for its writer, for ever perhaps.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) return null;
    const decoder = new StreamDecoder(this.#timeline, this.manifest.clock);
    const follower = new StreamFollower(path, file, (frame) => decoder.take(frame));
    const stream = { follower, decoder };
    this.#streams.set(file, stream);
    return stream;
  }

  #damage(atEnd: boolean): string[] {
    const unopened = [...this.#unopened.values()].map((error) => error.message);
    const unread = [...this.#streams.values()].map(
      ({ follower, decoder }) =>
        follower.damage(atEnd) ?? (atEnd && !decoder.ended ? silentEnd(follower) : null),
    );
    const empty = atEnd && this.#streams.size + this.#unopened.size === 0;
    return [
      ...(empty ? [`${this.#directory} holds no stream: nothing was recorded.`] : []),
      ...unopened,
      ...unread.filter((sentence) => sentence !== null),
    ];
  }
}

/** Takes what a stream holds now; one whose writer made its last frame is closed. */
function look({ follower, decoder }: FollowedStream): boolean {
  const news = follower.poll();
  if (decoder.ended) follower.rest();
  return news;
}

function silentEnd({ name }: StreamFollower): string {
  return `${name} has no end: its program was killed or still runs, so up to its last quarter second may be missing.`;
}

/**
 * Reads all of a recording.
 * @throws WarpwatchError as `RecordingReader`; `newer-version`, `bad-stream`, `unreadable` where no stream can be read
 */
export function readRecording(directory: string): Timeline {
  const reader = new RecordingReader(directory);
  try {
    reader.poll();
    if (reader.fault !== null) throw reader.fault;
    return reader.finish();
  } finally {
    reader.close();
  }
}
