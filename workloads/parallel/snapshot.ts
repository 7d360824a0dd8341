import { crc32 } from '../../src/recording/crc32.ts';
import { assignValues, viewsOf } from '../backends/host-values.ts';
import type * as tf from '../tf.ts';
import type { TrainingTask } from '../training/task.ts';

/** What is trained of a task, whatever its batches. */
export type Trained = Pick<TrainingTask, 'parameters' | 'statistics'>;

/** Parameters and then moving statistics of a task on the host, one after the other. */
export interface Snapshot {
  readonly values: Float32Array;
  /** The part of `values` that is parameters. */
  readonly parameters: Float32Array;
}

/** What replicas share of a task: its parameters and then its moving statistics. */
export function sharedVariables({ parameters, statistics = [] }: Trained): tf.Variable[] {
  return [...parameters, ...statistics].map(({ variable }) => variable);
}

export async function takeSnapshot(task: Trained): Promise<Snapshot> {
  const views = await viewsOf(sharedVariables(task));
  const values = new Float32Array(views.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const view of views) {
    values.set(view, offset);
    offset += view.length;
  }
  const ofParameters = task.parameters.reduce((sum, { variable }) => sum + variable.size, 0);
  return { values, parameters: values.subarray(0, ofParameters) };
}

export function restoreSnapshot(task: Trained, { values }: Snapshot): void {
  let offset = 0;
  for (const variable of sharedVariables(task)) {
    assignValues(variable, values.subarray(offset, offset + variable.size));
    offset += variable.size;
  }
}

/** CRC-32 of all parameters as float32, little-endian as every machine that Node runs on in practice. */
export function checksumOf({ parameters }: Snapshot): number {
  return crc32(new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength));
}

/** Euclidean norm of all parameters. */
export function normOf({ parameters }: Snapshot): number {
  return Math.sqrt(parameters.reduce((sum, value) => sum + value * value, 0));
}
