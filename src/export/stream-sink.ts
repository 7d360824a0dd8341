import type { Writable } from 'node:stream';
import { messageOf, systemErrorCode, WarpwatchError } from '../model/errors.ts';
import type { Sink } from './exporter.ts';

/**
 * Writes to a stream such as stdout, and waits until it has taken each piece.
 * @throws WarpwatchError `unwritable`; the signal's reason. Where the reader has gone (EPIPE) nothing is thrown and
 * nothing goes on: the stream's own `error` event says so, and the command line ends there.
 */
export function streamSink(stream: Writable, signal?: AbortSignal): Sink {
  return {
    async write(chunk) {
      signal?.throwIfAborted();
      if (chunk.length === 0) return;
      await new Promise<void>((resolve, reject) => {
        stream.write(chunk, (error) => {
          if (!error) resolve();
          else if (systemErrorCode(error) !== 'EPIPE') reject(cannotWrite(error));
        });
      });
    },
  };
}

function cannotWrite(cause: Error): WarpwatchError {
  const reason = systemErrorCode(cause) ?? messageOf(cause);
  return new WarpwatchError('unwritable', `The output cannot be written (${reason}); name a file with -o.`, {
    cause,
  });
}
