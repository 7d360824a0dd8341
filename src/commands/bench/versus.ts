import type { BenchResult } from '../../analysis/bench/result.ts';
import { WarpwatchError } from '../../model/errors.ts';

export interface VersusRequest {
  readonly commands: readonly [readonly string[], readonly string[]];
  /** How often each is run, in alternation. */
  readonly rounds: number;
  /** Where recordings go; null for a new directory below runs/. */
  readonly directory: string | null;
  readonly words: readonly string[];
  readonly withHangingCall: () => void;
}

export interface VersusEnd {
  readonly result: BenchResult;
  readonly exitCode: number;
}

/**
 * Runs two commands in alternation under `run` and compares them.
 * @throws WarpwatchError where one cannot be started
 */
export async function benchCommands(_request: VersusRequest): Promise<VersusEnd> {
  throw new WarpwatchError('unsupported', 'Comparing commands is not there yet.');
}
