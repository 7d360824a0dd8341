import { columnFlags } from '../format.ts';
import { readColumns, readSpans } from './columns.ts';

/** Named ranges of host threads, in columns; names are still the stream's own ids, threads those of the system. */
export interface Ranges {
  readonly count: number;
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  readonly name: Uint32Array;
  readonly thread: Uint32Array;
}

/** @throws RangeError when the payload is not of its form */
export function decodeRanges(payload: Uint8Array, originNs: bigint): Ranges {
  const columns = readColumns(payload, originNs, columnFlags.wideTimes);
  const spans = readSpans(columns);
  const name = columns.words();
  const thread = columns.words();
  columns.end();
  return { count: columns.count, ...spans, name, thread };
}
