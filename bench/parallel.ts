/** What it costs replicas to train one model together. */
import { sharedMemoryRows } from './parallel/shared-memory.ts';
import { trainingRows } from './parallel/training.ts';
import type { Row } from './row.ts';

/** One after the other, so that none takes a core from another. */
const parts: readonly (() => Promise<Row[]>)[] = [sharedMemoryRows, trainingRows];

export async function parallelBenchmarks(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const part of parts) rows.push(...(await part()));
  return rows;
}
