import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import { repeat } from '../repeat.ts';
import { TensorboardFollower } from './follower.ts';

export interface TensorboardCollector {
  /** Takes what is there and ends the stream. */
  stop(): Promise<void>;
}

const intervalMs = 1000;

/** Follows the TensorBoard event files at some paths (files, or directories with all below them) into a stream. */
export function startTensorboardCollector(
  writer: StreamWriter,
  paths: readonly string[],
): TensorboardCollector {
  const follower = new TensorboardFollower(writer, paths);
  const asking = repeat(
    intervalMs,
    intervalMs,
    async () => follower.look(),
    () => undefined,
  );
  return {
    async stop() {
      asking.stop();
      follower.look();
      follower.finish();
      await writer.close('ended');
    },
  };
}
