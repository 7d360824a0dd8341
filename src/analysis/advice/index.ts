import type { Timeline } from '../../model/timeline.ts';
import { exposedCommunication } from './exposed-communication.ts';
import type { Advice, Finding } from './finding.ts';
import { gapsBetweenKernels } from './gaps-between-kernels.ts';
import { inputBound } from './input-bound.ts';
import { launchBound } from './launch-bound.ts';
import { lossNotFinite } from './loss-not-finite.ts';
import { lostRecords } from './lost-records.ts';
import { noTensorCores } from './no-tensor-cores.ts';
import { occupancyLimited } from './occupancy-limited.ts';
import { smsNotFilled } from './sms-not-filled.ts';
import { stragglers } from './stragglers.ts';
import { synchronousCopies } from './synchronous-copies.ts';
import { unevenSteps } from './uneven-steps.ts';
import { unusedArithmetic } from './unused-arithmetic.ts';

/** Every piece of advice, the gravest first: a device that waits before one that works badly. A new one is a file and a line here. */
export const advice: readonly Advice[] = [
  lostRecords,
  lossNotFinite,
  inputBound,
  gapsBetweenKernels,
  launchBound,
  stragglers,
  exposedCommunication,
  synchronousCopies,
  noTensorCores,
  smsNotFilled,
  occupancyLimited,
  unusedArithmetic,
  unevenSteps,
];

/** What each piece of advice says of a run; warnings first, otherwise in the order of the table. */
export function checkAdvice(timeline: Timeline): Finding[] {
  const findings = advice.map((piece) => piece.check(timeline));
  const rank = { warn: 0, recheck: 1, ok: 2 };
  return findings.sort((a, b) => rank[a.severity] - rank[b.severity]);
}
