import type { BenchResult } from '../../analysis/bench/result.ts';

/**
 * A benchmark as plain text.
 * @param width columns of the terminal
 */
export function benchText(result: BenchResult, _width = 100): string {
  return `${result.verdict.sentence}\n`;
}
