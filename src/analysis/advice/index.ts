import type { Timeline } from '../../model/timeline.ts';
import type { Advice, Finding } from './finding.ts';
import { gapsBetweenKernels } from './gaps-between-kernels.ts';
import { lossNotFinite } from './loss-not-finite.ts';
import { lostRecords } from './lost-records.ts';
import { smallKernels } from './small-kernels.ts';
import { unevenSteps } from './uneven-steps.ts';
import { unusedArithmetic } from './unused-arithmetic.ts';

/** Every piece of advice, the gravest first. A new one is a file and a line here. */
export const advice: readonly Advice[] = [
  lostRecords,
  lossNotFinite,
  gapsBetweenKernels,
  smallKernels,
  unusedArithmetic,
  unevenSteps,
];

/** What each piece of advice says of a run; warnings first, otherwise in the order of the table. */
export function checkAdvice(timeline: Timeline): Finding[] {
  const findings = advice.map((piece) => piece.check(timeline));
  const rank = { warn: 0, recheck: 1, ok: 2 };
  return findings.sort((a, b) => rank[a.severity] - rank[b.severity]);
}
