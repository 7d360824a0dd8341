import { type Batch, type Column, integer, type Table, unixNs } from './table.ts';

const columns: readonly Column[] = [
  { name: 'rank', type: 'integer', runs: 'repeat' },
  { name: 'thread', type: 'text', runs: 'repeat' },
  { name: 'kind', type: 'text', runs: 'repeat' },
  { name: 'name', type: 'text', runs: 'repeat' },
  { name: 'startNs', type: 'integer', runs: 'ascend' },
  { name: 'durationNs', type: 'integer', runs: 'vary' },
];

/** One row a named range of a host thread. */
export const host: Table = {
  id: 'host',
  describes: 'what host threads did, in named ranges',
  columns,

  *batches(timeline, mostRows): Generator<Batch> {
    const { names, threads, blocks } = timeline.host;
    for (const block of blocks) {
      for (let from = 0; from < block.count; from += mostRows) {
        const to = Math.min(block.count, from + mostRows);
        const named = Array.from(block.name.subarray(from, to), (name) => names[name]);
        const on = Array.from(block.thread.subarray(from, to), (thread) => threads[thread]);
        yield {
          count: to - from,
          cells: [
            on.map((thread) => integer(thread?.rank)),
            on.map((thread) => thread?.name ?? null),
            named.map((range) => range?.kind ?? null),
            named.map((range) => range?.name ?? null),
            Array.from(block.startNs.subarray(from, to), (timeNs) => unixNs(timeline, timeNs)),
            Array.from(block.durationNs.subarray(from, to), integer),
          ],
        };
      }
    }
  },
};
