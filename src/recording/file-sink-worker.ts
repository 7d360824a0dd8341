/** The thread that writes a ring to its file: it may wait for the disk, so that the training need not. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { peekRing, type Ring, ringStates, ringWords, takeFromRing } from './file-ring.ts';
import { systemErrorNumber } from './file-sink-errors.ts';

const { ring, file } = workerData as { ring: Ring; file: number };
const { control } = ring;

finish(writeUntilClosed());

function writeUntilClosed(): number {
  for (;;) {
    // Read before the ring is: what comes after an empty look has changed it, and the wait returns at once.
    const signal = Atomics.load(control, ringWords.signal);
    const closing = Atomics.load(control, ringWords.closing);
    const bytes = peekRing(ring);
    if (bytes.length > 0) {
      try {
        takeFromRing(ring, writeSync(file, bytes));
      } catch (error) {
        Atomics.store(control, ringWords.errno, systemErrorNumber(error));
        return ringStates.failed;
      }
    } else if (closing) {
      return ringStates.closed;
    } else {
      Atomics.wait(control, ringWords.signal, signal);
    }
  }
}

function finish(state: number): void {
  Atomics.store(control, ringWords.state, state);
  Atomics.notify(control, ringWords.state);
}
