import type { SummaryBlock } from '../../model/timeline.ts';
import { columnFlags } from '../format.ts';
import { readColumns, readSpans } from './columns.ts';

/**
 * Reads a summary frame; launches are still the stream's own ids.
 * @throws RangeError when the payload is not of its form
 */
export function decodeSummary(payload: Uint8Array, originNs: bigint): SummaryBlock {
  const columns = readColumns(payload, originNs, columnFlags.wideTimes);
  const spans = readSpans(columns);
  const launch = columns.words();
  const executions = columns.words();
  const totalNs = columns.longs();
  const longestNs = columns.longs();
  columns.end();
  return { count: columns.count, ...spans, launch, executions, totalNs, longestNs };
}
