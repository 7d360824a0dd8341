import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import type { Timeline } from '../model/timeline.ts';
import type { Exporter, Sink } from './exporter.ts';
import { tableOf } from './tables/index.ts';
import type { Batch, Column } from './tables/table.ts';

/** Rows of a row group: what is in memory at a time, and what a reader can skip. */
const rowGroupRows = 65_536;

/**
 * Apache Parquet: times as INT64 nanoseconds of Unix time, texts as dictionaries, null for what is not known. The
 * file's key-value metadata say what it was made from.
 */
export const parquet: Exporter = {
  id: 'parquet',
  extension: 'parquet',
  describes: 'Apache Parquet, one table a file, typed columns',
  binary: true,
  oneTable: true,

  async write(timeline, sink, { table: id, version }) {
    const table = tableOf(id);
    const file = new ParquetWriter({
      writer: new SinkWriter(sink),
      schema: [
        { name: 'warpwatch', num_children: table.columns.length },
        ...table.columns.map(({ name, type }) => ({
          name,
          ...types[type],
          repetition_type: 'OPTIONAL' as const,
        })),
      ],
      createdBy: `warpwatch version ${version}`,
      kvMetadata: metadataOf(timeline, table.id, version),
    });
    for (const batch of gathered(table.batches(timeline, rowGroupRows)))
      await file.write({ columnData: columnData(table.columns, batch), rowGroupSize: rowGroupRows });
    await file.finish();
  },
};

const types = {
  integer: { type: 'INT64' },
  real: { type: 'DOUBLE' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
} as const;

function columnData(columns: readonly Column[], { cells }: Batch): ColumnSource[] {
  return columns.map(({ name, type, runs }, at) => ({
    name,
    data: cells[at] ?? [],
    // Bounds of names help nobody, and take longer than the names themselves.
    statistics: type !== 'text',
    // Said outright, since trying out what is shorter takes longer than writing.
    ...(runs === 'repeat' ? { encoding: 'RLE_DICTIONARY' } : {}),
    ...(runs === 'ascend' ? { encoding: 'DELTA_BINARY_PACKED' } : {}),
  }));
}

/** Joins small batches, as a recording's are, to row groups. */
function* gathered(batches: Iterable<Batch>): Generator<Batch> {
  let waiting: Batch[] = [];
  let count = 0;
  for (const batch of batches) {
    if (count + batch.count > rowGroupRows) {
      yield joined(waiting, count);
      waiting = [];
      count = 0;
    }
    waiting.push(batch);
    count += batch.count;
  }
  if (count > 0) yield joined(waiting, count);
}

function joined(batches: readonly Batch[], count: number): Batch {
  const [first] = batches;
  if (first === undefined || batches.length === 1) return first ?? { count: 0, cells: [] };
  return { count, cells: first.cells.map((_, at) => batches.flatMap(({ cells }) => cells[at] ?? [])) };
}

function metadataOf(timeline: Timeline, table: string, version: string): { key: string; value: string }[] {
  const { source, run, originUnixNs, losses, damage } = timeline;
  return Object.entries({
    'warpwatch.version': version,
    'warpwatch.table': table,
    'warpwatch.source.path': source.path,
    'warpwatch.source.format': source.format,
    'warpwatch.title': run.title,
    'warpwatch.createdAt': run.createdAt,
    'warpwatch.versions': JSON.stringify(run.versions),
    'warpwatch.originUnixNs': String(originUnixNs),
    'warpwatch.losses': JSON.stringify(losses),
    'warpwatch.damage': JSON.stringify(damage),
  }).map(([key, value]) => ({ key, value }));
}

/** Hands each row group to the sink, so that no more than one is in memory. */
class SinkWriter extends ByteWriter {
  readonly #sink: Sink;

  constructor(sink: Sink) {
    super();
    this.#sink = sink;
  }

  async flush(): Promise<void> {
    const bytes = this.getBytes();
    this.index = 0;
    await this.#sink.write(bytes);
  }

  override finish(): Promise<void> {
    return this.flush();
  }
}
