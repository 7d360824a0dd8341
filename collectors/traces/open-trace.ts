import { type FileHandle, open, stat } from 'node:fs/promises';
import { messageOf, systemErrorCode, WarpwatchError } from '../../src/model/errors.ts';
import { inflatedChunks } from './gunzip.ts';
import type { TraceFile } from './importer.ts';

const headBytes = 64 * 1024;
/** Large enough that a read costs nothing beside what is done with it, small enough to stay in the processor's cache. */
const pieceBytes = 256 * 1024;

/** A trace that may hold on to its file until it is read or closed. */
export interface OpenTrace extends TraceFile {
  /** Lets go of what was read ahead; a trace may be closed at any time and more than once. */
  close(): Promise<void>;
}

/**
 * Opens a foreign trace and looks at its beginning.
 * @throws WarpwatchError `not-found`, `unreadable` (a directory, a pipe, no permission, gzip that is damaged from the start)
 */
export async function openTrace(path: string): Promise<OpenTrace> {
  const sizeBytes = await sizeOf(path);
  const compression = (await startsWithGzip(path)) ? 'gzip' : 'none';
  const open = compression === 'gzip' ? () => inflatedChunks(path) : () => plainChunks(path);
  const ahead = open();
  const { head, pieces, error } = await headOf(ahead);
  // To inflate the beginning twice would cost more than to keep it; a plain file is read again from the system's memory.
  let isAhead = compression === 'gzip' && error === null;
  const close = async (): Promise<void> => {
    if (isAhead) await ahead.return(undefined);
    isAhead = false;
  };
  if (!isAhead) await ahead.return(undefined);
  return {
    path,
    compression,
    sizeBytes,
    head,
    chunks() {
      if (!isAhead) return open();
      isAhead = false;
      return resumed(pieces, ahead);
    },
    close,
  };
}

async function* resumed(
  pieces: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) {
      throw new WarpwatchError('unreadable', `${path} is a directory; name the file of a trace.`);
    }
    if (!status.isFile()) {
      throw new WarpwatchError(
        'unreadable',
        `${path} is a pipe, a socket or a device; write the trace to a file and name that.`,
      );
    }
    return status.size;
  } catch (cause) {
    throw cannotRead(path, cause);
  }
}

async function startsWithGzip(path: string): Promise<boolean> {
  for await (const piece of plainChunks(path, 2)) return piece[0] === 0x1f && piece[1] === 0x8b;
  return false;
}

interface Beginning {
  readonly head: Uint8Array;
  /** What was read for it. */
  readonly pieces: readonly Uint8Array[];
  readonly error: unknown;
}

/** What comes before an error is still the beginning of the file; only where there is nothing the error is told. */
async function headOf(chunks: AsyncGenerator<Uint8Array>): Promise<Beginning> {
  const head = new Uint8Array(headBytes);
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < headBytes) {
      const { value, done } = await chunks.next();
      if (done) break;
      pieces.push(value);
      const part = value.subarray(0, headBytes - length);
      head.set(part, length);
      length += part.length;
    }
  } catch (error) {
    if (length === 0) throw error;
    return { head: head.subarray(0, length), pieces, error };
  }
  return { head: head.subarray(0, length), pieces, error: null };
}

/** The next piece is read while the last one is looked at. */
async function* plainChunks(path: string, size = pieceBytes): AsyncGenerator<Uint8Array> {
  const file = await openFile(path);
  let ahead: Promise<Uint8Array> | null = null;
  try {
    const buffers = [new Uint8Array(size), new Uint8Array(size)] as const;
    ahead = readPiece(file, buffers[0], path);
    for (let turn = 1; ; turn ^= 1) {
      const piece = await ahead;
      ahead = null;
      if (piece.length === 0) return;
      ahead = readPiece(file, buffers[turn as 0 | 1], path);
      yield piece;
    }
  } finally {
    // A read that nobody waits for any more must end before its file is closed; what became of it is of no interest.
    await ahead?.catch(() => undefined);
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (cause) {
    throw cannotRead(path, cause);
  }
}

async function readPiece(file: FileHandle, buffer: Uint8Array, path: string): Promise<Uint8Array> {
  try {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw cannotRead(path, cause);
  }
}

/** The sentence for a file that the system does not hand out. */
export function cannotRead(path: string, cause: unknown): WarpwatchError {
  if (cause instanceof WarpwatchError) return cause;
  switch (systemErrorCode(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new WarpwatchError(
        'not-found',
        `There is no ${path}; name a recording or the file of a trace.`,
        {
          cause,
        },
      );
    case 'EACCES':
    case 'EPERM':
      return new WarpwatchError('unreadable', `${path} may not be read by you; ask its owner for it.`, {
        cause,
      });
    default:
      return new WarpwatchError('unreadable', `${path} cannot be read: ${messageOf(cause)}.`, { cause });
  }
}
