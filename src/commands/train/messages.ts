import type { ErrorCode } from '../../model/errors.ts';

/** What the training process is told when it starts. */
export interface TrainingOrder {
  readonly workload: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly backend: string;
  readonly threads: number | null;
  /** Of the webgpu backend, by number or a part of its name; null for the best. */
  readonly adapter: string | null;
  readonly directory: string;
}

/** What the training process says when it is done. */
export type TrainingReply =
  | {
      readonly kind: 'done';
      readonly complaints: readonly string[];
      /** What a person should know although all went well. */
      readonly notes: readonly string[];
    }
  /** It could not train; `begun` tells whether anything worth keeping is in the recording. */
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode | null;
      readonly message: string;
      readonly begun: boolean;
    };

/** What the watcher sends on the way: end after the current step. */
export const stopRequest = 'stop';
