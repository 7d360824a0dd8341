/** The thread that makes batches: it reads, decodes, draws and changes pictures, so that the training need not. */
import { workerData } from 'node:worker_threads';
import { WarpwatchError } from '../../src/model/errors.ts';
import type { Batch } from '../data/dataset.ts';
import { openDataset } from '../data/index.ts';
import { numberInData } from './feed.ts';
import {
  type InputOrder,
  type InputReply,
  type InputRequest,
  type Slowdown,
  slowdownWords,
} from './messages.ts';

const { description, batchSize, shard, port, slowdown } = workerData as InputOrder;

const opening = openDataset(description);
// It is waited for below, batch by batch; until then its failure is nobody's.
opening.catch(() => undefined);
let notesTold = 0;

port.on('message', async (number: InputRequest) => {
  try {
    const dataset = await opening;
    const startMs = performance.now();
    const batch = dataset.trainingBatch(numberInData(shard, number), batchSize);
    const seconds = (performance.now() - startMs) / 1000;
    if (slowdown) holdBack(slowdown, seconds);
    const { sentences = [], replaced = 0 } = dataset.notes ?? {};
    const notes = sentences.slice(notesTold);
    notesTold = sentences.length;
    reply({ kind: 'batch', number, batch, seconds, notes, replaced }, buffersOf(batch));
  } catch (error) {
    // A defect ends the thread, and its owner hears of it.
    if (!(error instanceof WarpwatchError)) throw error;
    reply({ kind: 'failed', number, code: error.code, message: error.message }, []);
  }
});

function reply(message: InputReply<Batch>, transfer: readonly ArrayBuffer[]): void {
  port.postMessage(message, transfer);
}

/** The memory of a batch's large arrays: it changes hands instead of being copied. */
function buffersOf({ images, contents }: Batch): ArrayBuffer[] {
  return [images.buffer, contents.buffer].filter((buffer) => buffer instanceof ArrayBuffer);
}

/** Waits until a batch that took `seconds` to make has taken as long as it should. */
function holdBack({ factor, control }: Slowdown, seconds: number): void {
  const missing = (factor * Atomics.load(control, slowdownWords.paceMicroseconds)) / 1e6 - seconds;
  if (missing > 0) Atomics.wait(control, slowdownWords.over, 0, missing * 1000);
}
