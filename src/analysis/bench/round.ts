import type { Measured } from '../../model/measured.ts';
import type { WorkloadInfo } from '../../model/training.ts';
import type { Ratio, Seconds } from '../../model/units.ts';
import type { StalenessRow } from '../replica-staleness.ts';
import type { ReplicasView } from '../replica-view.ts';
import type { PlannedRun } from './plan.ts';
import type { RoundRow } from './result.ts';

/** A moment of a training. */
export interface CourseMoment {
  /** Since the start of the first step. */
  readonly seconds: Seconds;
  /** Of all replicas. */
  readonly samples: number;
  readonly value: number;
}

/** What one recording of a benchmark says. */
export interface RoundFigures {
  readonly run: PlannedRun;
  readonly outcome: RoundRow['outcome'];
  /** What went wrong; ''. */
  readonly message: string;
  readonly workload: WorkloadInfo | null;
  /** After the warm-up; null where there is no training. */
  readonly view: ReplicasView | null;
  readonly samplesPerSecond: Measured;
  /** Of all replicas together. */
  readonly stepSeconds: Measured<Seconds>;
  readonly shares: Readonly<Record<'compute' | 'wait' | 'communicate' | 'slowed', Measured<Ratio>>>;
  readonly staleness: readonly StalenessRow[];
  /** From the start of the first step to the end of the last. */
  readonly seconds: Measured<Seconds>;
  readonly samples: number;
  readonly finalLoss: Measured;
  /** In the order of time: losses of all replicas, in at most so many moments as a curve can use; checkpoints. */
  readonly loss: readonly CourseMoment[];
  readonly accuracy: readonly CourseMoment[];
  readonly parameterChecksums: readonly (number | null)[];
  readonly parameterNorms: readonly (number | null)[];
  /** Sentences on what could not be read. */
  readonly damage: readonly string[];
}
