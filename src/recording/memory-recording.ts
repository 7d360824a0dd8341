import type { Timeline } from '../model/timeline.ts';
import { streamHeaderBytes } from './format.ts';
import { readFrame } from './frames.ts';
import type { Manifest } from './manifest.ts';
import { openMemoryStream } from './recording.ts';
import type { MemorySink } from './sinks.ts';
import { StreamDecoder } from './stream-decoder.ts';
import type { StreamWriter } from './stream-writer.ts';
import { TimelineBuilder, type TimelineOptions } from './timeline-builder.ts';

/** What a live view follows: a recording on disk or in memory. */
export interface LiveRecording {
  /** The timeline so far; it grows with each `poll`. */
  readonly timeline: Timeline;
  /** Takes what has come since the last call, and tells whether there was anything. */
  poll(): boolean;
  close(): void;
}

/** A recording that nobody asked to be kept. Its writers and its reader are those of one on disk. */
export class MemoryRecording implements LiveRecording {
  readonly #timeline: TimelineBuilder;
  readonly #manifest: Manifest;
  readonly #streams: { sink: MemorySink; decoder: StreamDecoder; headerSeen: boolean }[] = [];

  constructor(manifest: Manifest, options: TimelineOptions = {}) {
    this.#manifest = manifest;
    this.#timeline = new TimelineBuilder(
      { path: 'memory', format: 'recording' },
      manifest.run,
      manifest.clock.unixNs,
      options,
    );
    for (const device of manifest.devices) this.#timeline.addDevice(device);
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  openStream(name: string): StreamWriter {
    const { writer, sink } = openMemoryStream(name);
    this.#streams.push({
      sink,
      decoder: new StreamDecoder(this.#timeline, this.#manifest.clock),
      headerSeen: false,
    });
    return writer;
  }

  poll(): boolean {
    let news = false;
    for (const stream of this.#streams) {
      const bytes = stream.sink.take();
      if (bytes.length === 0) continue;
      let offset = stream.headerSeen ? 0 : streamHeaderBytes;
      while (offset < bytes.length) {
        const frame = readFrame(bytes, offset);
        // A sink in memory takes whole frames only, and nothing else writes to it.
        if (typeof frame === 'string') throw new RangeError(`a frame in memory is ${frame}`);
        stream.decoder.take(frame);
        offset += frame.frameBytes;
      }
      stream.headerSeen = true;
      news = true;
    }
    return news;
  }

  close(): void {}
}
