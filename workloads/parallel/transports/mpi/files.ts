import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Communicator } from './communicator.ts';
import { memory } from './memory.ts';
import { type Finish, receiveMessage, startMessage } from './messages.ts';

const pieceBytes = 2 ** 20;

/** Sends a file to a rank that takes it by `receiveFile`. An empty piece ends it. */
export function sendFile(communicator: Communicator, to: number, path: string, finish: Finish): void {
  const file = openSync(path, 'r');
  try {
    const piece = memory.bytes(pieceBytes);
    for (let length = pieceBytes; length > 0; ) {
      length = readSync(file, piece);
      finish(startMessage(communicator, to, piece.subarray(0, length)), to);
    }
  } finally {
    closeSync(file);
  }
}

/** Takes what a rank sends by `sendFile`, into a file that is not there yet. */
export function receiveFile(communicator: Communicator, from: number, path: string, finish: Finish): void {
  const file = openSync(path, 'wx');
  try {
    for (;;) {
      const piece = receiveMessage(communicator, from, finish);
      if (piece.length === 0) return;
      writeSync(file, piece);
    }
  } finally {
    closeSync(file);
  }
}
