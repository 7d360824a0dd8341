import type { BenchResult } from '../../analysis/bench/result.ts';
import { WarpwatchError } from '../../model/errors.ts';

export interface SimulationRequest {
  /** `--simulate`, such as `gpus=1024,steps=1000`. */
  readonly spec: string;
  /** A recording or a directory of `bench` to take step times and sizes from; null for defaults. */
  readonly from: string | null;
}

/**
 * Simulates data-parallel training.
 * @throws WarpwatchError `usage` where the specification is none
 */
export async function simulateBench(_request: SimulationRequest): Promise<BenchResult> {
  throw new WarpwatchError('unsupported', 'The simulator is not there yet.');
}
