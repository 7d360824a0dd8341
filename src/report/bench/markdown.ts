import type { BenchResult } from '../../analysis/bench/result.ts';

/** A benchmark in Markdown, for an issue or a pull request. */
export function benchMarkdown(result: BenchResult): string {
  return `${result.verdict.sentence}\n`;
}
