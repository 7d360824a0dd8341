import { crc32 } from '../../src/recording/crc32.ts';
import type { Joining } from '../training/replica.ts';
import type { TaskBatch } from '../training/task.ts';
import type { Facts } from './facts.ts';
import type { ReplicaSettings } from './replica.ts';
import { checksumOf, type Snapshot } from './snapshot.ts';

/** What all replicas of a group must have in common, by names that a person understands; causes before what follows from them. */
export function factsOf<B extends TaskBatch>(
  { parallel, version, checkpoints }: ReplicaSettings,
  { task, settings }: Joining<B>,
  initial: Snapshot,
): Facts {
  const { batchSize, steps, optimizer, learningRate, schedule, weightDecay } = settings;
  const shapes = task.parameters.map(({ name, variable }) => `${name} ${variable.shape}`);
  return {
    'version of warpwatch': version,
    mode: [parallel.mode, parallel.settings].filter((words) => words !== '').join(', '),
    model: task.name,
    data: task.data,
    'batch size': `${batchSize}`,
    steps: `${steps}`,
    optimizer,
    'learning rate': `${learningRate}`,
    schedule,
    'weight decay': `${weightDecay}`,
    checkpoints: `${checkpoints}`,
    'names and shapes of parameters': hex(crc32(new TextEncoder().encode(shapes.join('\n')))),
    'initial parameters (of the seed)': hex(checksumOf(initial)),
  };
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}
