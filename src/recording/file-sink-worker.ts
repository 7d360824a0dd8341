/** The thread that writes a ring to its file: it may wait for the disk, so that the training need not. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { claimRing, emptyRing, failRing, type Ring, ringStates, ringWords } from './file-ring.ts';
import { systemErrorNumber } from './file-sink-errors.ts';

const { ring, file } = workerData as { ring: Ring; file: number };

try {
  // A process that ended before this thread began has written for itself.
  if (claimRing(ring, ringStates.starting, ringStates.open)) writeUntilClosed();
  claimRing(ring, ringStates.open, ringStates.closed);
} catch (error) {
  failRing(ring, systemErrorNumber(error));
}

function writeUntilClosed(): void {
  const { control } = ring;
  for (;;) {
    // Both are read before the ring is: what comes after an empty look has changed the signal, and the wait returns
    // at once; what came before the closing is in the ring.
    const signal = Atomics.load(control, ringWords.signal);
    const closing = Atomics.load(control, ringWords.closing);
    emptyRing(ring, (bytes) => writeSync(file, bytes));
    if (closing) return;
    Atomics.wait(control, ringWords.signal, signal);
  }
}
