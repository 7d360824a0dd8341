import { createReadStream } from 'node:fs';
import { constants, createGunzip } from 'node:zlib';
import { messageOf, systemErrorCode, WarpwatchError } from '../../src/model/errors.ts';

/** So much is inflated on a thread of its own while the last piece is looked at. */
const pieceBytes = 512 * 1024;
const piecesAhead = 3;
/** zlib gives nothing of the piece in which it finds an error: small pieces lose less. */
const carefulPieceBytes = 1024;

/**
 * The decompressed content of a gzip file, of one member or several.
 * @throws WarpwatchError `unreadable`, after everything before the place that is cut or damaged
 */
export async function* inflatedChunks(path: string): AsyncGenerator<Uint8Array> {
  let delivered = 0;
  try {
    for await (const chunk of inflate(path, pieceBytes, constants.Z_FINISH)) {
      delivered += chunk.length;
      yield chunk;
    }
    return;
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (!code?.startsWith('Z_')) {
      throw new WarpwatchError('unreadable', `${path} cannot be read: ${messageOf(cause)}.`, { cause });
    }
    yield* restOf(path, delivered, code === 'Z_BUF_ERROR');
    const what = code === 'Z_BUF_ERROR' ? 'is cut: its gzip stream has no end' : 'is damaged gzip';
    throw new WarpwatchError('unreadable', `${path} ${what}; take the file anew from where it was made.`, {
      cause,
    });
  }
}

/** What the first pass did not hand out: a cut is let pass, damage is neared in small pieces. */
async function* restOf(path: string, delivered: number, cut: boolean): AsyncGenerator<Uint8Array> {
  let passed = 0;
  try {
    const size = cut ? pieceBytes : carefulPieceBytes;
    for await (const chunk of inflate(path, size, cut ? constants.Z_SYNC_FLUSH : constants.Z_FINISH)) {
      const known = Math.min(chunk.length, Math.max(0, delivered - passed));
      passed += chunk.length;
      if (known < chunk.length) yield chunk.subarray(known);
    }
  } catch (error) {
    if (!systemErrorCode(error)?.startsWith('Z_')) throw error;
  }
}

/** Pieces in order; an error comes after every piece that came before it, which a stream of Node alone does not promise. */
async function* inflate(path: string, size: number, finishFlush: number): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path);
  const gunzip = createGunzip({ chunkSize: size, finishFlush });
  const queue: Uint8Array[] = [];
  let ended = false;
  let failure: unknown = null;
  let wake: () => void = () => undefined;
  gunzip.on('data', (chunk: Uint8Array) => {
    queue.push(chunk);
    if (queue.length >= piecesAhead) gunzip.pause();
    wake();
  });
  gunzip.on('end', () => {
    ended = true;
    wake();
  });
  const fail = (error: unknown) => {
    failure ??= error;
    wake();
  };
  gunzip.on('error', fail);
  file.on('error', fail);
  file.pipe(gunzip);
  try {
    for (;;) {
      const chunk = queue.shift();
      if (chunk !== undefined) {
        gunzip.resume();
        yield chunk;
      } else if (failure !== null) {
        throw failure;
      } else if (ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}
