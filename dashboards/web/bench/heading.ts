import type { BenchResult } from '../../../src/analysis/bench/result.ts';

/** The heading of a section of figures; what nobody measured says so wherever it is looked at. */
export function headingOf(text: string, { simulated }: BenchResult): string {
  return simulated ? `${text}, simulated` : text;
}
