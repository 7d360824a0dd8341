import { isKnown, type Measured } from '../model/measured.ts';
import type { ParallelInfo } from '../model/parallel.ts';
import { percent } from './advice/finding.ts';
import type { ReplicaFigures } from './replica-view.ts';
import { meanOf } from './statistics.ts';

/** The others must wait this much more of their time than a replica does before it is said to keep them waiting. */
export const worthwhileWait = 0.1;
/** Replicas whose paces differ by less are said to be equally fast. */
const samePace = 1.1;

/**
 * The replica that the others wait for: it waits least, by far, and computes longest. Null where there is none, as where nobody
 * waits.
 */
export function stragglerOf(rows: readonly ReplicaFigures[]): ReplicaFigures | null {
  const known = rows.flatMap((row) => {
    const compute = computeSeconds(row);
    return isKnown(row.wait) && compute !== null ? [{ row, wait: row.wait.value, compute }] : [];
  });
  const [least, ...others] = known.sort((a, b) => a.wait - b.wait);
  if (least === undefined || others.length === 0) return null;
  const waits = meanOf(others.map(({ wait }) => wait)) - least.wait > worthwhileWait;
  return waits && others.every(({ compute }) => compute < least.compute) ? least.row : null;
}

/**
 * Who waits for whom, in a sentence; of asynchronous replicas how their paces differ and how late their updates come.
 * '' where there is nothing to say.
 */
export function replicasVerdict(
  parallel: ParallelInfo,
  rows: readonly ReplicaFigures[],
  staleness: Measured,
): string {
  const straggler = rows.find((row) => row.straggler);
  if (straggler !== undefined) return waitVerdict(parallel, straggler, rows);
  return parallel.mode === 'async' && rows.length > 1 ? paceVerdict(parallel, rows, staleness) : '';
}

function waitVerdict(
  parallel: ParallelInfo,
  straggler: ReplicaFigures,
  rows: readonly ReplicaFigures[],
): string {
  const others = rows.filter((row) => row !== straggler);
  const waits = others.flatMap(({ wait }) => (isKnown(wait) ? [wait.value] : []));
  const computes = others.map(computeSeconds).filter((seconds) => seconds !== null);
  const times = (computeSeconds(straggler) ?? Number.NaN) / meanOf(computes);
  const [only] = others;
  const who =
    others.length === 1 ? `Replica ${only?.replica} waits` : 'On average each of the other replicas waits';
  return `${who} ${percent(meanOf(waits))} of its time for replica ${straggler.replica}, whose computing takes ${times.toFixed(1)} times as long${onPurpose(parallel, straggler)}.`;
}

function paceVerdict(parallel: ParallelInfo, rows: readonly ReplicaFigures[], staleness: Measured): string {
  const paces = rows.flatMap((row) =>
    isKnown(row.samplesPerSecond) ? [{ row, pace: row.samplesPerSecond.value }] : [],
  );
  paces.sort((a, b) => b.pace - a.pace);
  const [fastest, slowest] = [paces[0], paces.at(-1)];
  const parts: string[] = [];
  if (fastest !== undefined && slowest !== undefined && fastest.pace >= samePace * slowest.pace) {
    const times = (fastest.pace / slowest.pace).toFixed(1);
    parts.push(
      `replica ${fastest.row.replica} trains ${times} times as many samples a second as replica ${slowest.row.replica}${onPurpose(parallel, slowest.row)}`,
    );
  }
  if (isKnown(staleness)) parts.push(`an update comes ${staleness.value.toFixed(1)} others late on average`);
  return parts.length === 0 ? '' : `Nobody waits for long: ${parts.join('; ')}.`;
}

function onPurpose({ stragglers }: ParallelInfo, { replica }: ReplicaFigures): string {
  return stragglers.some((straggler) => straggler.replica === replica) ? ' (slowed on purpose)' : '';
}

/** Of a step. */
function computeSeconds({ compute, stepSeconds }: ReplicaFigures): number | null {
  return isKnown(compute) && isKnown(stepSeconds) ? compute.value * stepSeconds.value : null;
}
