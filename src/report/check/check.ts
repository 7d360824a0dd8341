import type { TimelineSource } from '../../model/timeline.ts';
import type { Report } from '../report.ts';
import { evaluate, type Outcome } from './evaluate.ts';
import type { Requirement } from './parse.ts';
import { resolveRequirement } from './resolve.ts';

/** The name and version of what `check --json` prints. */
export const checkSchema = 'warpwatch.check/1';

/** What `check --json` prints. */
export interface Check {
  readonly schema: typeof checkSchema;
  readonly source: TimelineSource;
  /** Whether every requirement holds. */
  readonly passed: boolean;
  readonly requirements: readonly Outcome[];
}

/**
 * Holds a report against requirements.
 * @throws WarpwatchError `usage` where one asks for what the contract does not have
 */
export function checkReport(report: Report, requirements: readonly Requirement[]): Check {
  const outcomes = requirements.map(resolveRequirement).map((resolved) => evaluate(resolved, report));
  return {
    schema: checkSchema,
    source: report.source,
    passed: outcomes.every(({ passed }) => passed),
    requirements: outcomes,
  };
}
