import type { Step } from '../../model/training.ts';
import { columnFlags, unknownCount } from '../format.ts';
import { ColumnWriter, needsWide, readColumns } from './columns.ts';

/** The payload of a steps frame; there is at least one step. Times count from `epochNs`. */
export function encodeSteps(steps: readonly Step[], epochNs: bigint): Uint8Array {
  const starts = Float64Array.from(steps, (step) => step.startNs);
  const durations = Float64Array.from(steps, (step) => step.endNs - step.startNs);
  const base = Math.min(...starts);
  const wide = needsWide(Math.max(...starts, ...durations) - base) || needsWide(Math.max(...durations));
  const { length } = steps;
  return new ColumnWriter(length, wide ? columnFlags.wideTimes : 0, epochNs + BigInt(base), 2, 2)
    .times(starts, length, base)
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
  const columns = readColumns(payload, originNs);
  const starts = columns.times(columns.baseNs);
  const durations = columns.times(0);
  const numbers = columns.words();
  const samples = columns.words();
  return Array.from(starts, (startNs, index) => ({
    number: numbers[index] as number,
    startNs,
    endNs: startNs + (durations[index] as number),
    samples: samples[index] === unknownCount ? null : (samples[index] as number),
  }));
}
