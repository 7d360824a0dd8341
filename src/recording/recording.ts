import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode, WarpwatchError } from '../model/errors.ts';
import { cannotCreate, FileSink } from './file-sink.ts';
import { manifestFile, streamExtension } from './format.ts';
import { FrameStreamWriter } from './frame-stream-writer.ts';
import { encodeManifest, type Manifest } from './manifest.ts';
import { MemorySink } from './sinks.ts';
import type { StreamWriter } from './stream-writer.ts';

/**
 * Makes a recording's directory with its manifest; producers add their streams to it.
 * @throws WarpwatchError `exists` where a recording is there already; `unwritable`, `disk-full`
 */
export function createRecording(directory: string, manifest: Manifest): void {
  const path = join(directory, manifestFile);
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(path, encodeManifest(manifest), { flag: 'wx' });
  } catch (cause) {
    if (systemErrorCode(cause) === 'EEXIST') throw alreadyThere(directory, cause);
    if (systemErrorCode(cause) === 'ENOSPC') rmSync(path, { force: true });
    throw cannotCreate(directory, cause);
  }
}

/**
 * Adds a producer's stream to a recording.
 * @param name of the producer, also its file's name; unique within the recording
 * @throws WarpwatchError `exists`, `unwritable`, `disk-full`
 */
export function openStream(directory: string, name: string): StreamWriter {
  return new FrameStreamWriter(new FileSink(join(directory, name + streamExtension)), name);
}

/** A stream that is kept in memory; `take` of the sink hands its bytes to a reader. */
export function openMemoryStream(name: string): { writer: StreamWriter; sink: MemorySink } {
  const sink = new MemorySink();
  return { writer: new FrameStreamWriter(sink, name), sink };
}

function alreadyThere(directory: string, cause: unknown): WarpwatchError {
  return new WarpwatchError(
    'exists',
    `${directory} holds a recording already, or is a file; record into another directory with --record.`,
    { cause },
  );
}
