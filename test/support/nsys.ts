import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Database } from 'node-sqlite3-wasm';
import { nsysImporter } from '../../collectors/traces/nsys/index.ts';
import { openTrace } from '../../collectors/traces/open-trace.ts';
import type { Timeline } from '../../src/model/timeline.ts';

const library: { Database: typeof Database } = createRequire(import.meta.url)('node-sqlite3-wasm');

export type Value = number | bigint | string | null;
export type Row = Readonly<Record<string, Value>>;
/** Rows by table. Columns are those of all rows of a table. */
export type Report = Readonly<Record<string, readonly Row[]>>;

/** Writes a made-up report; `more` is SQL that is run afterwards. */
export function writeReport(path: string, report: Report, more = ''): string {
  const database = new library.Database(path);
  for (const [table, rows] of Object.entries(report)) {
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    if (columns.length === 0) columns.push('start');
    // Without types, as a column takes what is in the row; the key makes ids quick to find, as in a real report.
    const types = columns.map((column) => `"${column}"${column === 'id' ? ' INTEGER PRIMARY KEY' : ''}`);
    database.exec(`CREATE TABLE "${table}" (${types.join(', ')})`);
    const places = columns.map(() => '?').join(', ');
    const insert = database.prepare(`INSERT INTO "${table}" VALUES (${places})`);
    database.exec('BEGIN');
    for (const row of rows) insert.run(columns.map((column) => row[column] ?? null));
    database.exec('COMMIT');
    insert.finalize();
  }
  if (more !== '') database.exec(more);
  database.close();
  return path;
}

/** Opens a database for writing, as somebody else might have it open. */
export function openForWriting(path: string): Database {
  return new library.Database(path);
}

export async function readReport(path: string): Promise<Timeline> {
  return nsysImporter.read(await openTrace(path));
}

const machine = 2 ** 48;
export const globalPid = (process: number): number => machine + process * 2 ** 24;
export const globalTid = (process: number, thread: number): number => globalPid(process) + thread;

export const strings = {
  gemm: 1,
  gemmDemangled: 2,
  launch: 3,
  copyAsync: 4,
  synchronize: 5,
  python: 6,
  copy: 7,
  malloc: 8,
  loadBatch: 9,
} as const;

export const stringRows: readonly Row[] = [
  { id: strings.gemm, value: 'gemm' },
  { id: strings.gemmDemangled, value: 'void gemm<float, 128>(float *, int)' },
  { id: strings.launch, value: 'cudaLaunchKernel_v7000' },
  { id: strings.copyAsync, value: 'cudaMemcpyAsync_v3020' },
  { id: strings.synchronize, value: 'cudaStreamSynchronize_v3020' },
  { id: strings.python, value: 'python' },
  { id: strings.copy, value: 'cudaMemcpy_v3020' },
  { id: strings.malloc, value: 'cudaMalloc_v3020' },
  { id: strings.loadBatch, value: 'load batch' },
];

/** A kernel of 10 µs unless told otherwise. */
export function kernelRow(change: Row = {}): Row {
  const start = Number(change['start'] ?? 1000);
  return {
    start,
    end: start + 10_000,
    deviceId: 0,
    contextId: 1,
    streamId: 7,
    correlationId: 1,
    globalPid: globalPid(100),
    demangledName: strings.gemmDemangled,
    shortName: strings.gemm,
    mangledName: null,
    registersPerThread: 64,
    gridX: 108,
    gridY: 2,
    gridZ: 1,
    blockX: 256,
    blockY: 1,
    blockZ: 1,
    staticSharedMemory: 1024,
    dynamicSharedMemory: 49_152,
    sharedMemoryExecuted: 102_400,
    ...change,
  };
}

export function callRow(change: Row = {}): Row {
  const start = Number(change['start'] ?? 500);
  return {
    start,
    end: start + 200,
    eventClass: 0,
    globalTid: globalTid(100, 101),
    correlationId: 1,
    nameId: strings.launch,
    ...change,
  };
}

export function copyRow(change: Row = {}): Row {
  const start = Number(change['start'] ?? 20_000);
  return {
    start,
    end: start + 5000,
    deviceId: 0,
    contextId: 1,
    streamId: 13,
    correlationId: 2,
    globalPid: globalPid(100),
    bytes: 4096,
    copyKind: 1,
    srcKind: 0,
    dstKind: 2,
    ...change,
  };
}

export function rangeRow(change: Row = {}): Row {
  return {
    start: 0,
    end: 1000,
    eventType: 59,
    text: 'forward',
    globalTid: globalTid(100, 101),
    textId: null,
    domainId: 0,
    ...change,
  };
}

export const gpuRow: Row = {
  id: 0,
  name: 'NVIDIA H100 80GB HBM3',
  cuDevice: 0,
  smCount: 132,
  computeMajor: 9,
  computeMinor: 0,
  totalMemory: 85_024_112_640,
};

/** One process, one kernel, one copy, calls and ranges: what a report of today holds. */
export function smallReport(change: Report = {}): Report {
  return {
    StringIds: stringRows,
    CUPTI_ACTIVITY_KIND_KERNEL: [kernelRow()],
    CUPTI_ACTIVITY_KIND_MEMCPY: [copyRow()],
    CUPTI_ACTIVITY_KIND_RUNTIME: [
      callRow(),
      callRow({ start: 12_000, correlationId: 2, nameId: strings.copyAsync }),
      callRow({ start: 13_000, end: 26_000, correlationId: 3, nameId: strings.synchronize }),
    ],
    NVTX_EVENTS: [rangeRow()],
    ThreadNames: [{ nameId: strings.python, priority: 20, globalTid: globalTid(100, 101) }],
    TARGET_INFO_GPU: [gpuRow],
    TARGET_INFO_SESSION_START_TIME: [
      { utcEpochNs: 1_779_782_330_176_752_435n, utcTime: '2026-05-26T07:58:50' },
    ],
    META_DATA_EXPORT: [{ name: 'EXPORT_PRODUCT_VERSION', value: '2026.2.1.210' }],
    ...change,
  };
}

/** A copy of a file in which some bytes are others. */
export function damagedCopy(path: string, copy: string, damage: (bytes: Buffer) => Buffer): string {
  writeFileSync(copy, damage(readFileSync(path)));
  return copy;
}

/** Executions in words, in order. */
export function executionsOf(timeline: Timeline): string[] {
  return timeline.activity.flatMap(({ count, startNs, durationNs, launch, queue }) =>
    Array.from({ length: count }, (_, i) => {
      const { name, device } = timeline.launches[launch[i] as number] ?? {};
      return `${device}/${queue[i]} ${startNs[i]}+${durationNs[i]} ${name}`;
    }),
  );
}

/** Host ranges in words, in order. */
export function hostRangesOf(timeline: Timeline): string[] {
  const { names, threads, blocks } = timeline.host;
  return blocks.flatMap((block) =>
    Array.from({ length: block.count }, (_, i) => {
      const { name, kind } = names[block.name[i] as number] ?? {};
      const thread = threads[block.thread[i] as number]?.name;
      return `${thread}: ${kind} ${name} ${block.startNs[i]}+${block.durationNs[i]}`;
    }),
  );
}
