import { constants, copyFileSync, existsSync, linkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode, WarpwatchError } from '../model/errors.ts';
import { cannotCreate } from './create-file.ts';
import { FileSink } from './file-sink.ts';
import { manifestFile, streamExtension, streamNamePattern } from './format.ts';
import { FrameStreamWriter } from './frame-stream-writer.ts';
import { LoopFileSink } from './loop-file-sink.ts';
import { makeDirectory } from './make-directory.ts';
import { encodeManifest, type Manifest } from './manifest.ts';
import { MemorySink } from './sinks.ts';
import type { RankPlace, StreamWriter } from './stream-writer.ts';

/**
 * Makes a recording's directory with its manifest; producers add their streams to it.
 * @throws WarpwatchError `exists` where a recording is there already; `unwritable`, `disk-full`
 */
export function createRecording(directory: string, manifest: Manifest): void {
  const path = join(directory, manifestFile);
  const draft = `${path}.${process.pid}.draft`;
  try {
    makeDirectory(directory);
    writeFileSync(draft, encodeManifest(manifest));
    publish(draft, path);
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'EEXIST' || (code === 'ENOTDIR' && existsSync(directory)))
      throw alreadyThere(directory, cause);
    throw cause instanceof WarpwatchError ? cause : cannotCreate(directory, cause);
  } finally {
    discard(draft);
  }
}

/** Gives the manifest its name in one step that only one of two makers can do, so that no reader sees half of it. */
function publish(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw error;
    // Some file systems know no links; there a reader that is too early says that the manifest is not JSON.
    copyFileSync(draft, path, constants.COPYFILE_EXCL);
  }
}

function discard(draft: string): void {
  try {
    unlinkSync(draft);
  } catch {
    // Where it could not be made there is nothing to take away, and the error of the making is the one to tell.
  }
}

/**
 * Adds a producer's stream to a recording.
 * @param name of the producer, also its file's name; letters, digits and `_.@-`, unique within the recording
 * @param writeOn `thread` where the producer keeps its event loop busy, as a training does; `loop` where the loop is free
 * @param place of the producer in a distributed training; left out where there is none
 * @throws WarpwatchError `usage` for another name, `exists`, `unwritable`, `disk-full`
 */
export function openStream(
  directory: string,
  name: string,
  writeOn: 'thread' | 'loop' = 'thread',
  place?: RankPlace,
): StreamWriter {
  if (!streamNamePattern.test(name)) {
    throw new WarpwatchError(
      'usage',
      `A producer cannot be called "${name}": its name is a file's; use up to 100 letters, digits and _ . @ -.`,
    );
  }
  const path = join(directory, name + streamExtension);
  return new FrameStreamWriter(
    writeOn === 'thread' ? new FileSink(path) : new LoopFileSink(path),
    name,
    place,
  );
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
