import type { Step } from '../../model/training.ts';
import { columnFlags, unknownCount } from '../format.ts';
import { ColumnWriter, needsWide, rangeOf, readColumns, readSpans } from './columns.ts';

/** The payload of a steps frame; there is at least one step. Times count from `epochNs`. */
export function encodeSteps(steps: readonly Step[], epochNs: bigint): Uint8Array {
  const starts = Float64Array.from(steps, (step) => step.startNs);
  const durations = Float64Array.from(steps, (step) => step.endNs - step.startNs);
  const { length } = steps;
  const { least, most } = rangeOf(starts, length);
  const baseNs = Math.floor(least);
  const wide = needsWide(Math.max(most - baseNs, rangeOf(durations, length).most));
  return new ColumnWriter(length, wide ? columnFlags.wideTimes : 0, epochNs + BigInt(baseNs), 2, 2)
    .times(starts, length, baseNs)
    .times(durations, length, 0)
    .words(
      Uint32Array.from(steps, (step) => step.number),
      length,
    )
    .words(
      Uint32Array.from(steps, (step) => step.samples ?? unknownCount),
      length,
    ).payload;
}

/** @throws RangeError when the payload is not of its form */
export function decodeSteps(payload: Uint8Array, originNs: bigint): Step[] {
  const columns = readColumns(payload, originNs, columnFlags.wideTimes);
  const { startNs: starts, durationNs: durations } = readSpans(columns);
  const numbers = columns.words();
  const samples = columns.words();
  columns.end();
  return Array.from(starts, (startNs, index) => ({
    number: numbers[index] as number,
    startNs,
    endNs: startNs + (durations[index] as number),
    samples: samples[index] === unknownCount ? null : (samples[index] as number),
  }));
}
