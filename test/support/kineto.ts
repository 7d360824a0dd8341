import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TraceFile } from '../../collectors/traces/importer.ts';
import { readKineto } from '../../collectors/traces/kineto/read.ts';
import type { Timeline } from '../../src/model/timeline.ts';
import { temporaryDirectory } from './temporary.ts';

/** A JSON object of an event; what is given replaces what is usual. */
export type Fields = Readonly<Record<string, unknown>>;

const properties = {
  id: 0,
  name: 'NVIDIA A100-SXM4-40GB',
  totalGlobalMem: 42505273344,
  computeMajor: 8,
  computeMinor: 0,
  numSms: 108,
};

export function kernelEvent(change: Fields = {}, args: Fields = {}): Fields {
  return {
    ph: 'X',
    cat: 'kernel',
    name: 'gemm',
    pid: 0,
    tid: 7,
    ts: 1_000_000,
    dur: 10,
    args: {
      'External id': 3,
      device: 0,
      stream: 7,
      correlation: 5,
      'registers per thread': 32,
      'shared memory': 1024,
      'blocks per SM': 0.5,
      grid: [216, 1, 1],
      block: [256, 2, 1],
      ...args,
    },
    ...change,
  };
}

export function hostEvent(change: Fields = {}, args: Fields = {}): Fields {
  return {
    ph: 'X',
    cat: 'cpu_op',
    name: 'aten::add',
    pid: 41,
    tid: 42,
    ts: 1_000_000,
    dur: 5,
    args,
    ...change,
  };
}

/** A call of the driver, `cudaLaunchKernel` of correlation 5 unless told otherwise. */
export function callEvent(change: Fields = {}, correlation: unknown = 5): Fields {
  return hostEvent({ cat: 'cuda_runtime', name: 'cudaLaunchKernel', ...change }, { cbid: 211, correlation });
}

export const endMark: Fields = {
  name: 'Record Window End',
  ph: 'i',
  s: 'g',
  pid: '',
  tid: '',
  ts: 2_000_000,
};

/** A document as Kineto writes it: members, then events, then members. */
export function traceText(events: readonly Fields[], members: Fields = {}): string {
  const head = { schemaVersion: 1, deviceProperties: [properties], ...members };
  const body = [...events, endMark].map((event) => `  ${JSON.stringify(event)}`).join(',\n');
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "traceEvents": [\n${body}\n  ],\n  "traceName": "t.json"\n}\n`;
}

/** Reads a document that is handed over in pieces of the given size. */
export async function readText(text: string | Uint8Array, pieceBytes = 1 << 16): Promise<Timeline> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const file: TraceFile = {
    path: 'made-up.json',
    compression: 'none',
    sizeBytes: bytes.length,
    head: bytes.subarray(0, 1 << 16),
    async *chunks() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
  };
  return readKineto(file);
}

export function readEvents(events: readonly Fields[], members: Fields = {}): Promise<Timeline> {
  return readText(traceText(events, members));
}

/** Writes a trace into a directory, compressed where its name ends so. */
export function writeTrace(
  name: string,
  content: string | Uint8Array,
  directory = temporaryDirectory(),
): string {
  const path = join(directory, name);
  writeFileSync(path, name.endsWith('.gz') && typeof content === 'string' ? gzipSync(content) : content);
  return path;
}

/** Executions in order, with their launch and their call. */
export function executionsOf(timeline: Timeline) {
  return timeline.activity.flatMap((block) =>
    Array.from({ length: block.count }, (_, i) => ({
      launch: timeline.launches[block.launch[i] ?? -1],
      startNs: block.startNs[i] ?? Number.NaN,
      durationNs: block.durationNs[i] ?? Number.NaN,
      queue: block.queue[i],
      callNs: block.calls?.startNs[i] ?? Number.NaN,
      thread: timeline.host.threads[block.calls?.thread[i] ?? -1]?.name,
    })),
  );
}

/** Host ranges in the order of the file. */
export function rangesOf({ host }: Timeline) {
  return host.blocks.flatMap((block) =>
    Array.from({ length: block.count }, (_, i) => ({
      ...host.names[block.name[i] ?? -1],
      thread: host.threads[block.thread[i] ?? -1]?.name,
      startNs: block.startNs[i],
      durationNs: block.durationNs[i],
    })),
  );
}

/** What two readings of one trace must agree in. */
export function digest(timeline: Timeline): unknown {
  return {
    devices: timeline.devices,
    executions: executionsOf(timeline),
    ranges: rangesOf(timeline),
    steps: timeline.steps,
    ranks: timeline.ranks,
    losses: timeline.losses,
    damage: timeline.damage,
    originUnixNs: timeline.originUnixNs,
    run: timeline.run,
  };
}
