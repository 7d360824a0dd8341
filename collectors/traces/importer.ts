import type { SourceFormat, Timeline } from '../../src/model/timeline.ts';

/** A foreign trace on disk, before anybody has looked into it. */
export interface TraceFile {
  /** As the user gave it. */
  readonly path: string;
  readonly compression: 'gzip' | 'none';
  /** Size on disk. */
  readonly sizeBytes: number;
  /** The first 64 KiB of its content, decompressed; less where it is shorter. */
  readonly head: Uint8Array;
  /**
   * Its whole content from the start, decompressed, in pieces of any size. A piece is valid until the next is asked for.
   * @throws WarpwatchError `unreadable`; where a compressed file is cut or damaged, after everything before that place
   */
  chunks(): AsyncIterable<Uint8Array>;
}

/** A foreign format: one file or folder that exports one of these, listed in `index.ts`. */
export interface Importer {
  readonly id: Exclude<SourceFormat, 'recording'>;
  /** What it reads, for the message about a file that nobody can read: `PyTorch (Kineto) or Chrome JSON`. */
  readonly reads: string;
  /** Whether the beginning of a file looks like this format; cheap, never throws. */
  detect(head: Uint8Array): boolean;
  /**
   * Reads everything that is whole. What is cut or damaged is told in the timeline's `damage` and `losses`.
   * @throws WarpwatchError `bad-data` where nothing of it can be used, `unreadable` where it cannot be read
   */
  read(file: TraceFile): Promise<Timeline>;
}
