import type { Device } from '../../model/device.ts';
import type { ErrorCode } from '../../model/errors.ts';

/** What is to be trained, and on what. */
export interface TrainingWork {
  readonly workload: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly backend: string;
  readonly threads: number | null;
  /** Of the webgpu backend, by number or a part of its name; null for the best. */
  readonly adapter: string | null;
}

/** What the training process is told when it starts. */
export interface TrainingOrder extends TrainingWork {
  readonly directory: string;
}

/** The GPU that a training computes on, as its backend knows it. */
export interface ComputingGpu {
  /** As its driver gives it; null where the backend does not tell. */
  readonly name: string | null;
  /** GPUs of that name that the backend sees, itself included. */
  readonly alike: number;
}

/** What the training process says before it trains on a GPU. It waits for the answer. */
export interface GpuQuestion extends ComputingGpu {
  readonly kind: 'gpu';
}

/** Which of the GPUs that are sampled it is. */
export interface GpuAnswer {
  readonly kind: 'gpu';
  /** Null where that cannot be told, or where none is sampled. */
  readonly device: Device | null;
  /** Why it cannot be told; '' where it can, or where there is none. */
  readonly why: string;
}

/** What a process of several replicas says when one of them is gone. */
export interface ReplicaLost {
  readonly kind: 'lost';
  readonly replica: number;
  /** A sentence without its full stop. */
  readonly why: string;
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
