import type { Nanoseconds } from '../../model/units.ts';
import { columnFlags } from '../format.ts';
import { ColumnWriter, needsWide, rangeOf, readColumns } from './columns.ts';

/** One value of a series; `series` is the stream's own id. */
export interface Sample {
  readonly series: number;
  readonly timeNs: Nanoseconds;
  readonly value: number;
}

/** The payload of a samples frame; there is at least one sample. Times count from `epochNs`. */
export function encodeSamples(samples: readonly Sample[], epochNs: bigint): Uint8Array {
  const { length } = samples;
  const times = Float64Array.from(samples, (sample) => sample.timeNs);
  const { least, most } = rangeOf(times, length);
  const baseNs = Math.floor(least);
  const flags = needsWide(most - baseNs) ? columnFlags.wideTimes : 0;
  return new ColumnWriter(length, flags, epochNs + BigInt(baseNs), 1, 1, 1)
    .times(times, length, baseNs)
    .words(
      Uint32Array.from(samples, (sample) => sample.series),
      length,
    )
    .doubles(
      Float64Array.from(samples, (sample) => sample.value),
      length,
    ).payload;
}

/** @throws RangeError when the payload is not of its form */
export function decodeSamples(payload: Uint8Array, originNs: bigint): Sample[] {
  const columns = readColumns(payload, originNs, columnFlags.wideTimes);
  const times = columns.times(columns.baseNs);
  const series = columns.words();
  const values = columns.doubles();
  columns.end();
  return Array.from(times, (timeNs, index) => ({
    series: series[index] as number,
    timeNs,
    value: values[index] as number,
  }));
}
