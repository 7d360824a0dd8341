/**
 * What recording costs the training and how quickly a recording is read. All of it runs as users run it, compiled:
 * `npm run bench` builds first.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Timeline } from '../src/model/timeline.ts';
import type { LaunchId, StreamHealth, StreamWriter } from '../src/recording/stream-writer.ts';
import { cliFile } from '../test/support/cli.ts';
import { gemm, gpu0, resnet, testManifest } from '../test/support/recordings.ts';
import type { Row } from './row.ts';

const records = 10_000_000;
/** Twice the target, so that what holds here has room. */
const pacePerSecond = 2_000_000;
const paceMs = 5;
const rounds = 5;
const launches = 200;
const kernelsPerStep = 1000;
const kernelNs = 1e9 / pacePerSecond;

const leastWritten = 1e6;
const leastRead = 5e6;
const mostReportSeconds = 5;
const mostReportBytes = 1e9;

type Built = typeof import('../src/recording/recording.ts') &
  typeof import('../src/recording/reader.ts') &
  typeof import('../src/report/build.ts');

/** @param analyse what a report does with a timeline; by default what `warpwatch report` does */
export async function recordingBenchmarks(analyse?: (timeline: Timeline) => void): Promise<Row[]> {
  const built = await loadBuilt();
  const parent = mkdtempSync(join(tmpdir(), 'warpwatch-bench-'));
  try {
    const directory = join(parent, 'recording');
    const writing = await measureWriting(built, directory);
    const reading = measureReading(built, directory, analyse ?? ((timeline) => built.buildReport(timeline)));
    return [...writing, ...reading, ...measureReport(directory)];
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

async function loadBuilt(): Promise<Built> {
  const load = async (module: string): Promise<object> =>
    await import(new URL(`../dist/src/${module}.js`, import.meta.url).href);
  return Object.assign(
    {},
    await load('recording/recording'),
    await load('recording/reader'),
    await load('report/build'),
  ) as Built;
}

async function measureWriting({ createRecording, openStream }: Built, directory: string): Promise<Row[]> {
  createRecording(directory, testManifest());
  const writer = openStream(directory, 'training');
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const callsMs = await writePaced(writer, start);
  const seconds = (performance.now() - start) / 1e3;
  const { dropped, failure }: StreamHealth = await writer.close('ended');
  const cpu = process.cpuUsage(cpuBefore);
  const rate = records / seconds;
  const { size } = statSync(join(directory, 'training.stream'));
  return [
    {
      name: 'kernel records written to disk a second, none dropped',
      value: rate / 1e6,
      unit: 'million/s',
      target: '≥ 1',
      holds: rate >= leastWritten && dropped === 0 && failure === null,
      note: `${dropped} dropped of ${records / 1e6} million at a pace of ${pacePerSecond / 1e6} million/s`,
    },
    { name: 'time of the training for one record', value: (callsMs * 1e6) / records, unit: 'ns' },
    {
      name: 'processor time of one record, all threads',
      value: ((cpu.user + cpu.system) * 1e3) / records,
      unit: 'ns',
    },
    { name: 'size of one record', value: size / records, unit: 'bytes' },
  ];
}

/** Writes at the pace, a few milliseconds' worth at a time, and returns how long the calls took. */
async function writePaced(writer: StreamWriter, start: number): Promise<number> {
  writer.device(gpu0);
  writer.workload(resnet);
  const ids = Array.from({ length: launches }, (_, i) =>
    writer.defineLaunch({ ...gemm, name: `kernel ${i}`, layer: `block${i % 20}`, flops: 1e6 * i }),
  );
  let callsMs = 0;
  for (let written = 0; written < records; ) {
    const before = performance.now();
    const due = Math.min(records, Math.floor(((before - start) * pacePerSecond) / 1e3));
    writeRecords(writer, ids, written, due);
    written = due;
    callsMs += performance.now() - before;
    await delay(paceMs);
  }
  return callsMs;
}

function writeRecords(writer: StreamWriter, ids: readonly LaunchId[], from: number, to: number): void {
  for (let i = from; i < to; i++) {
    writer.activity(ids[i % launches] ?? 0, i * kernelNs, 300 + (i & 63));
    if (i % kernelsPerStep !== 0) continue;
    const startNs = i * kernelNs;
    const number = i / kernelsPerStep + 1;
    writer.step({ number, startNs, endNs: startNs + kernelNs * kernelsPerStep, samples: 32 });
  }
}

function measureReading(
  { readRecording }: Built,
  directory: string,
  analyse: (timeline: Timeline) => void,
): Row[] {
  let readMs = Number.POSITIVE_INFINITY;
  let analyseMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const timeline = readRecording(directory);
    const between = performance.now();
    analyse(timeline);
    readMs = Math.min(readMs, between - start);
    analyseMs = Math.min(analyseMs, performance.now() - between);
  }
  const rate = records / ((readMs + analyseMs) / 1e3);
  const note = `best of ${rounds}`;
  return [
    { name: 'records read a second', value: records / readMs / 1e3, unit: 'million/s', note },
    { name: 'records analysed a second', value: records / analyseMs / 1e3, unit: 'million/s', note },
    {
      name: 'records read and analysed a second',
      value: rate / 1e6,
      unit: 'million/s',
      target: '≥ 5',
      holds: rate >= leastRead,
      note,
    },
  ];
}

/** The report as a process of its own: its time, and the most memory that it held. */
function measureReport(directory: string): Row[] {
  let bestSeconds = Number.POSITIVE_INFINITY;
  let mostBytes = 0;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', tellMemory, cliFile, 'report', directory, '--json'],
      { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] },
    );
    if (status !== 0) throw new Error(`the report failed: ${stderr}`);
    bestSeconds = Math.min(bestSeconds, (performance.now() - start) / 1e3);
    mostBytes = Math.max(mostBytes, Number(stderr.match(/maxrss (\d+)/)?.[1]) * 1024);
  }
  return [
    {
      name: `report of ${records / 1e6} million records`,
      value: bestSeconds,
      unit: 's',
      target: `≤ ${mostReportSeconds}`,
      holds: bestSeconds <= mostReportSeconds,
      note: `best of ${rounds}`,
    },
    {
      name: 'most memory that the report held',
      value: mostBytes / 1e6,
      unit: 'MB',
      target: '≤ 1000',
      holds: mostBytes <= mostReportBytes,
      note: `most of ${rounds}`,
    },
  ];
}

/** A preload that says at the end how large the process became, in KiB. */
const tellMemory = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('maxrss ' + process.resourceUsage().maxRSS));",
)}`;
