import type { GroupSettings } from '../../../../../workloads/parallel/transports/mpi/group.ts';
import type { Outcome } from '../shared-memory/group.ts';
import type { MpiScenarioName } from './scenarios.ts';

/** What ranks play together. */
export interface Plan extends GroupSettings {
  /** By rank; those after have no part in it. */
  readonly scenarios: readonly MpiScenarioName[];
  readonly input: unknown;
}

/** What a rank prints; of plan -1 what it is, when it begins; of -2 the checksum of the file that was sent, when it ends. */
export interface Line {
  readonly rank: number;
  readonly plan: number;
  readonly outcome: Outcome;
}

export interface RankFacts {
  readonly pid: number;
  readonly machine: string;
}

/** With which a rank ends a job whose last plan failed: whoever hangs does not come to the end. */
export const abortCode = 9;

/** Variables of the environment as JSON, instead of those that `mpirun` sets. */
export const pretendVariable = 'WARPWATCH_TEST_PRETEND';
