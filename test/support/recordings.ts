import { closeSync, constants, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Launch } from '../../src/model/activity.ts';
import type { Device } from '../../src/model/device.ts';
import { absent, known } from '../../src/model/measured.ts';
import type { Timeline } from '../../src/model/timeline.ts';
import type { WorkloadInfo } from '../../src/model/training.ts';
import { manifestFile, streamExtension, streamHeaderBytes } from '../../src/recording/format.ts';
import { encodeStreamHeader, readFrame } from '../../src/recording/frames.ts';
import { describeRun, encodeManifest, type Manifest } from '../../src/recording/manifest.ts';
import { createRecording, openMemoryStream, openStream } from '../../src/recording/recording.ts';
import type { StreamHealth, StreamWriter } from '../../src/recording/stream-writer.ts';
import { temporaryDirectory } from './temporary.ts';

export const gpu0: Device = {
  id: 'gpu0',
  kind: 'gpu',
  name: 'NVIDIA H200',
  vendor: 'NVIDIA',
  smCount: known(132, 'test'),
  computeCapability: known('9.0', 'test'),
  memoryBytes: known(150_754_820_096, 'test'),
  peakFlops: absent('The workload did not say which type it computes in.'),
};

export const gemm: Launch = {
  kind: 'kernel',
  name: 'gemm',
  device: 'gpu0',
  layer: 'block1/conv1',
  phase: 'forward',
  shape: {
    grid: [132, 2, 1],
    block: [256, 1, 1],
    registersPerThread: 64,
    staticSharedBytes: 1024,
    dynamicSharedBytes: 49_152,
  },
  flops: 1e9,
  bytes: 2 ** 33,
};

export const resnet: WorkloadInfo = {
  name: 'resnet20',
  backend: 'cpu',
  data: 'synthetic shapes',
  synthetic: true,
  batchSize: 32,
  parameters: 272_474,
  modelFlopsPerSample: 2.4e8,
  plannedSteps: 10,
  plannedSeconds: null,
};

/** The manifest of a run on this host and clock. */
export function testManifest(devices: readonly Device[] = [gpu0]): Manifest {
  return describeRun('test run', ['node', 'train.js'], { warpwatch: '0.1.0' }, devices);
}

/** One of everything that a stream can hold, a few records of each. */
export function writeEverything(writer: StreamWriter): void {
  writer.device(gpu0);
  writer.workload(resnet);
  const kernel = writer.defineLaunch(gemm);
  const copy = writer.defineLaunch({
    ...gemm,
    kind: 'memcpy',
    name: 'copy α→β',
    layer: '',
    shape: null,
    flops: null,
  });
  const loss = writer.defineSeries({ device: null, metric: 'loss', from: 'workload' });
  const util = writer.defineSeries({ device: 'gpu0', metric: 'util', from: 'nvml' });
  writer.absent({ device: 'gpu0', metric: 'tensorActive', why: 'GPM needs Hopper or newer.' });
  for (let i = 0; i < 5; i++) {
    writer.activity(kernel, 1000 + i * 100, 80 + i);
    writer.activity(copy, 1080 + i * 100, 10, 7);
  }
  writer.step({ number: 1, startNs: 990, endNs: 1500, samples: 32 });
  writer.flush();
  writer.step({ number: 2, startNs: 1500, endNs: 2 ** 40, samples: null });
  writer.sample(loss, 1500, 2.5);
  writer.sample(loss, 1600, Number.NaN);
  writer.sample(util, 1600, 0.97);
  writer.mark({ name: 'evaluation', startNs: 1500, endNs: 1700, text: 'epoch 1' });
  writer.lost('unfinished', 3, 'the program ended first');
  writer.activity(kernel, 2 ** 41, 2 ** 35);
  writer.flush();
}

/** A finished recording on disk, in a new directory. */
export async function makeRecording(
  write: (writer: StreamWriter) => void = writeEverything,
): Promise<{ directory: string; health: StreamHealth }> {
  const directory = join(temporaryDirectory(), 'recording');
  createRecording(directory, testManifest());
  const writer = openStream(directory, 'training');
  write(writer);
  return { directory, health: await writer.close('ended') };
}

/** The bytes of a finished stream. */
export async function makeStream(
  write: (writer: StreamWriter) => void = writeEverything,
  name = 'training',
): Promise<Buffer> {
  const { writer, sink } = openMemoryStream(name);
  write(writer);
  await writer.close('ended', 'done');
  return Buffer.from(sink.take());
}

/** A stream of these frames. */
export function streamOf(...frames: Uint8Array[]): Buffer {
  return Buffer.concat([encodeStreamHeader(), ...frames]);
}

/** Where each frame of a good stream begins, and where the last one ends. */
export function frameOffsets(stream: Uint8Array): number[] {
  const offsets = [streamHeaderBytes];
  for (let at = streamHeaderBytes; at < stream.length; offsets.push(at)) {
    const frame = readFrame(stream, at);
    if (typeof frame === 'string') throw new Error(`the frame at ${at} is ${frame}`);
    at += frame.frameBytes;
  }
  return offsets;
}

/** Writes a recording out of finished parts; a name that is there already is replaced. */
export function putRecording(
  directory: string,
  manifest: Manifest,
  streams: Readonly<Record<string, Uint8Array>>,
): void {
  writeFileSync(join(directory, manifestFile), encodeManifest(manifest));
  for (const [name, bytes] of Object.entries(streams)) putStream(directory, name, bytes);
}

export function putStream(directory: string, name: string, bytes: Uint8Array): void {
  overwrite(join(directory, name + streamExtension), bytes);
}

/** Writes a file, in place if it is there: to empty it first makes some file systems wait for the disk. */
export function overwrite(path: string, bytes: Uint8Array): void {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT);
  writeSync(file, bytes, 0, bytes.length, 0);
  ftruncateSync(file, bytes.length);
  closeSync(file);
}

/** All records of a timeline as text, one a line, so that two can be compared; what is said of damage stays out. */
export function recordsOf(timeline: Timeline): string[] {
  const { losses } = timeline;
  return [
    ...timeline.devices.map((device) => `device ${JSON.stringify(device)}`),
    ...timeline.producers.map((producer) => `producer ${JSON.stringify(producer)}`),
    `workload ${JSON.stringify(timeline.workload)}`,
    ...timeline.absences.map((series) => `absent ${JSON.stringify(series)}`),
    ...timeline.launches.map((launch, at) => `launch ${JSON.stringify([launch, timeline.launchTotals[at]])}`),
    ...activityOf(timeline).map((execution) => `activity ${JSON.stringify(execution)}`),
    ...timeline.steps.map((step) => `step ${JSON.stringify(step)}`),
    ...timeline.marks.map((mark) => `mark ${JSON.stringify(mark)}`),
    ...timeline.series.map(({ series, timesNs, values }) => {
      return `series ${JSON.stringify(series)} ${timesNs.join(' ')} = ${values.join(' ')}`;
    }),
    `losses ${losses.dropped} ${losses.unfinished} ${losses.outOfRange}`,
    `extent ${timeline.extent?.startNs} ${timeline.extent?.endNs}`,
  ];
}

/** Executions in order of writing, with the index of their launch. */
export function activityOf(
  timeline: Timeline,
): { launch: number; startNs: number; durationNs: number; queue: number }[] {
  return timeline.activity.flatMap((block) =>
    Array.from({ length: block.count }, (_, i) => ({
      launch: block.launch[i] as number,
      startNs: block.startNs[i] as number,
      durationNs: block.durationNs[i] as number,
      queue: block.queue[i] as number,
    })),
  );
}

/** Number of executions. */
export function countActivity(timeline: Timeline): number {
  return timeline.activity.reduce((sum, block) => sum + block.count, 0);
}
