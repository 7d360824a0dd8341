import { type Batch, type Column, integer, type Table, unixNs } from './table.ts';

const columns: readonly Column[] = [
  { name: 'device', type: 'text', runs: 'repeat' },
  { name: 'kind', type: 'text', runs: 'repeat' },
  { name: 'name', type: 'text', runs: 'repeat' },
  { name: 'startNs', type: 'integer', runs: 'ascend' },
  { name: 'durationNs', type: 'integer', runs: 'repeat' },
  { name: 'executions', type: 'integer', runs: 'vary' },
  { name: 'totalNs', type: 'integer', runs: 'vary' },
  { name: 'longestNs', type: 'integer', runs: 'vary' },
];

/** One row a launch and second, of recordings that tell no single executions. */
export const summaries: Table = {
  id: 'summaries',
  describes: 'kernels summed by the second, of runs recorded with --kernels summary',
  columns,

  *batches(timeline, mostRows): Generator<Batch> {
    for (const block of timeline.summaries) {
      for (let from = 0; from < block.count; from += mostRows) {
        const to = Math.min(block.count, from + mostRows);
        const launches = Array.from(block.launch.subarray(from, to), (index) => timeline.launches[index]);
        yield {
          count: to - from,
          cells: [
            launches.map((launch) => launch?.device ?? null),
            launches.map((launch) => launch?.kind ?? null),
            launches.map((launch) => launch?.name ?? null),
            Array.from(block.startNs.subarray(from, to), (timeNs) => unixNs(timeline, timeNs)),
            Array.from(block.durationNs.subarray(from, to), integer),
            Array.from(block.executions.subarray(from, to), integer),
            Array.from(block.totalNs.subarray(from, to), integer),
            Array.from(block.longestNs.subarray(from, to), integer),
          ],
        };
      }
    }
  },
};
