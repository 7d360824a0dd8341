import { join } from 'node:path';
import { WarpwatchError } from '../../src/model/errors.ts';
import { describeRun } from '../../src/recording/manifest.ts';
import { createRecording, openStream } from '../../src/recording/recording.ts';
import type { StreamWriter } from '../../src/recording/stream-writer.ts';

/** Set by whoever watches the program already: the directory of the recording to add to. */
export const recordingVariable = 'WARPWATCH_RECORDING';

const producerName = 'training';
/** More producers of one kind in one recording than anybody starts. */
const nameAttempts = 100;

/** Where a program's records go. */
export interface OpenedRecording {
  readonly path: string;
  readonly writer: StreamWriter;
  /** Whether somebody else made the recording, and so watches it. */
  readonly joined: boolean;
}

export interface PlaceOptions {
  /** Directory of the new recording; by default one below `runs`. */
  readonly recording?: string;
  readonly title: string;
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Joins the recording that the environment names, or makes a new one.
 * @throws WarpwatchError `exists`, `unwritable`, `disk-full`
 */
export function openRecording(options: PlaceOptions, environment = process.env): OpenedRecording {
  const joined = environment[recordingVariable];
  if (joined !== undefined && joined !== '') {
    return {
      path: joined,
      writer: unlessTaken((name) => openStream(joined, name), producerName),
      joined: true,
    };
  }
  const { title, versions } = options;
  const manifest = describeRun(title, process.argv, versions, []);
  const create = (directory: string) => {
    createRecording(directory, manifest);
    return directory;
  };
  const path =
    options.recording === undefined
      ? unlessTaken(create, defaultDirectory(title, manifest.run.createdAt))
      : create(options.recording);
  return { path, writer: openStream(path, producerName), joined: false };
}

/** `runs/2026-01-31T12-30-05-title`: sorted by time, and a file name on every system. */
export function defaultDirectory(title: string, createdAt: string): string {
  const moment = createdAt.slice(0, 19).replaceAll(':', '-');
  const words = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return join('runs', words === '' ? moment : `${moment}-${words}`);
}

/** Tries `name`, `name-2`, `name-3`, … until one does not exist yet. */
function unlessTaken<T>(make: (name: string) => T, name: string): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return make(attempt === 1 ? name : `${name}-${attempt}`);
    } catch (error) {
      const taken = error instanceof WarpwatchError && error.code === 'exists';
      if (!taken || attempt === nameAttempts) throw error;
    }
  }
}
