import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Timeline } from '../model/timeline.ts';
import { streamExtension } from './format.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { StreamDecoder } from './stream-decoder.ts';
import { StreamFollower } from './stream-follower.ts';
import { TimelineBuilder, type TimelineOptions } from './timeline-builder.ts';

/** Reads a recording while it grows; several producers may write to it and new ones may come. */
export class RecordingReader {
  readonly manifest: Manifest;
  readonly #directory: string;
  readonly #timeline: TimelineBuilder;
  readonly #streams = new Map<string, { follower: StreamFollower; decoder: StreamDecoder }>();

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
   * Takes what has been written since the last call.
   * @returns whether there was anything
   * @throws WarpwatchError `newer-version`, `bad-stream`, `unreadable`
   */
  poll(): boolean {
    this.#findStreams();
    let news = false;
    for (const { follower } of this.#streams.values()) news = follower.poll() || news;
    this.#timeline.damage = this.#damage(false);
    return news;
  }

  /** Says that nothing more will come: what is not whole now is a loss. */
  finish(): Timeline {
    this.#timeline.damage = [...this.#damage(true), ...this.#silentEnds()];
    this.close();
    return this.#timeline;
  }

  close(): void {
    for (const { follower } of this.#streams.values()) follower.close();
    this.#streams.clear();
  }

  #findStreams(): void {
    const files = readdirSync(this.#directory).filter((file) => file.endsWith(streamExtension));
    for (const file of files.sort()) {
      if (this.#streams.has(file)) continue;
      const decoder = new StreamDecoder(this.#timeline, this.manifest.clock);
      const follower = new StreamFollower(join(this.#directory, file), file, (frame) => decoder.take(frame));
      this.#streams.set(file, { follower, decoder });
    }
  }

  #damage(atEnd: boolean): string[] {
    return [...this.#streams.values()]
      .map(({ follower }) => follower.damage(atEnd))
      .filter((sentence) => sentence !== null);
  }

  #silentEnds(): string[] {
    return [...this.#streams]
      .filter(([, { decoder }]) => !decoder.ended)
      .map(
        ([file]) =>
          `${file} has no end: its program was killed or still runs, so up to its last quarter second may be missing.`,
      );
  }
}

/**
 * Reads all of a recording.
 * @throws WarpwatchError as `RecordingReader`
 */
export function readRecording(directory: string): Timeline {
  const reader = new RecordingReader(directory);
  while (reader.poll());
  return reader.finish();
}
