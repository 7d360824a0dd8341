import { type FileHandle, open, stat } from 'node:fs/promises';
import { messageOf, systemErrorCode, WarpwatchError } from '../../src/model/errors.ts';
import { inflatedChunks } from './gunzip.ts';
import type { TraceFile } from './importer.ts';

const headBytes = 64 * 1024;
/** Large enough that a read costs nothing beside what is done with it, small enough to stay in the processor's cache. */
const pieceBytes = 256 * 1024;

/**
 * Opens a foreign trace and looks at its beginning.
 * @throws WarpwatchError `not-found`, `unreadable` (a directory, a pipe, no permission, gzip that is damaged from the start)
 */
export async function openTrace(path: string): Promise<TraceFile> {
  const sizeBytes = await sizeOf(path);
  const gzip = await startsWithGzip(path);
  const chunks = gzip ? () => inflatedChunks(path) : () => plainChunks(path);
  return {
    path,
    compression: gzip ? 'gzip' : 'none',
    sizeBytes,
    head: await headOf(chunks()),
    chunks,
  };
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

/** What comes before an error is still the beginning of the file; only where there is nothing the error is told. */
async function headOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const head = new Uint8Array(headBytes);
  let length = 0;
  try {
    for await (const chunk of chunks) {
      const part = chunk.subarray(0, headBytes - length);
      head.set(part, length);
      length += part.length;
      if (length === headBytes) break;
    }
  } catch (error) {
    if (length === 0) throw error;
  }
  return head.subarray(0, length);
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
