import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tfl from '@tensorflow/tfjs-layers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type InstrumentOptions, instrument, type TensorFlow } from '../../../collectors/tfjs/index.ts';
import { defaultDirectory, openRecording } from '../../../collectors/tfjs/recording-place.ts';
import { seriesOf, type Timeline } from '../../../src/model/timeline.ts';
import { describeRun } from '../../../src/recording/manifest.ts';
import { readRecording } from '../../../src/recording/reader.ts';
import { createRecording } from '../../../src/recording/recording.ts';
import * as tf from '../../../workloads/tf.ts';
import { useCpu } from './record-kernels.ts';

const test = suite('instrumented programs');

test.before.each(useCpu);

/** Runs `body` with an empty directory and what is written to stderr meanwhile. */
async function inDirectory(body: (directory: string, said: string[]) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'warpwatch-tfjs-'));
  const said: string[] = [];
  const { write } = process.stderr;
  process.stderr.write = (text: string | Uint8Array) => {
    said.push(String(text));
    return true;
  };
  try {
    await body(directory, said);
  } finally {
    process.stderr.write = write;
    rmSync(directory, { recursive: true });
  }
}

function executions(timeline: Timeline): { name: string; startNs: number; durationNs: number }[] {
  return timeline.activity.flatMap((block) =>
    Array.from({ length: block.count }, (_, index) => ({
      name: timeline.launches[block.launch[index] as number]?.name ?? '',
      startNs: block.startNs[index] as number,
      durationNs: block.durationNs[index] as number,
    })),
  );
}

test('a recording holds kernels, steps and figures of the program', () =>
  inDirectory(async (directory, said) => {
    const recording = join(directory, 'run');
    const watch = await instrument(tf, { recording, title: 'test', peakFlops: { value: 1e9, from: 'test' } });
    assert.is(watch.recordingPath, recording);
    assert.is(
      said.join(''),
      `warpwatch: recording to ${recording}; watch it with: npx warpwatch top --recording ${recording}\n`,
    );
    for (let step = 0; step < 3; step++) {
      await watch.step(2, () =>
        tf.tidy(() => watch.layer('only', () => void tf.matMul(tf.ones([2, 3]), tf.ones([3, 4])))),
      );
      watch.metric('loss', step === 2 ? Number.NaN : step);
    }
    watch.range('evaluation')();
    assert.equal(await watch.close(), { dropped: 0, failure: null });

    const timeline = readRecording(recording);
    assert.equal(timeline.damage, []);
    assert.is(timeline.run.title, 'test');
    assert.equal(
      timeline.devices.map(({ id, peakFlops }) => [id, peakFlops.value]),
      [['cpu', 1e9]],
    );
    const products = executions(timeline).filter(({ name }) => name === 'BatchMatMul');
    assert.is(products.length, 3);
    const launch = timeline.launches.find(({ name }) => name === 'BatchMatMul');
    assert.equal([launch?.layer, launch?.flops, launch?.device], ['only', 2 * 2 * 3 * 4, 'cpu']);
    assert.equal(
      timeline.steps.map(({ number, samples }) => [number, samples]),
      [
        [1, 2],
        [2, 2],
        [3, 2],
      ],
    );
    for (const [index, { startNs, durationNs }] of products.entries()) {
      const step = timeline.steps[index];
      assert.ok(
        step && step.startNs <= startNs && startNs + durationNs <= step.endNs,
        'a kernel lies in its step',
      );
    }
    assert.equal(seriesOf(timeline, null, 'loss')?.values, [0, 1, Number.NaN]);
    assert.is(timeline.marks[0]?.name, 'evaluation');
    assert.equal(
      timeline.producers.map(({ name, outcome }) => [name, outcome]),
      [['training', 'ended']],
    );
  }));

test('a step whose body throws passes the error on and counts as unfinished', () =>
  inDirectory(async (directory) => {
    const recording = join(directory, 'run');
    const watch = await instrument(tf, { recording });
    let passed: unknown;
    await watch
      .step(2, () => {
        throw new Error('mine');
      })
      .catch((error: unknown) => {
        passed = error;
      });
    await watch.close('failed', 'mine');
    assert.is(passed instanceof Error && passed.message, 'mine');
    const timeline = readRecording(recording);
    assert.is(timeline.steps.length, 0);
    assert.is(timeline.losses.unfinished, 1);
    assert.is(timeline.producers[0]?.outcome, 'failed');
  }));

test('batches of model.fit become steps and its logs metrics', () =>
  inDirectory(async (directory) => {
    const recording = join(directory, 'run');
    const watch = await instrument({ ...tf, ...tfl }, { recording });
    const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [3], name: 'head' })] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: ['accuracy'] });
    const [x, y] = [tf.ones([8, 3]), tf.ones([8, 1])];
    await model.fit(x, y, {
      epochs: 2,
      batchSize: 4,
      verbose: 0,
      validationData: [x, y],
      callbacks: watch.fitCallbacks(),
    });
    await watch.close();
    tf.dispose([x, y]);
    model.dispose();
    const timeline = readRecording(recording);
    assert.equal(
      timeline.steps.map(({ samples }) => samples),
      [4, 4, 4, 4],
    );
    const counts = ['loss', 'accuracy', 'validationLoss', 'validationAccuracy'].map(
      (metric) => seriesOf(timeline, null, metric)?.values.length,
    );
    assert.equal(counts, [4, 4, 2, 2]);
    assert.ok(timeline.launches.some(({ layer, phase }) => layer === 'head' && phase === 'backward'));
  }));

test('a recording that cannot be made leaves the program unwatched, and says so', () =>
  inDirectory(async (directory, said) => {
    createRecording(directory, describeRun('other', [], {}, []));
    const watch = await instrument(tf, { recording: directory });
    assert.is(watch.recordingPath, null);
    assert.match(said.join(''), /not recorded: .*holds a recording already/);
    assert.is(await watch.step(1, () => watch.layer('a', () => 5)), 5);
    watch.metric('loss', 1);
    await watch.close();
  }));

test('on a backend that runs kernels later steps are recorded and kernels are not', () =>
  inDirectory(async (directory) => {
    const recording = join(directory, 'run');
    const webgpu: TensorFlow = { ...tf, getBackend: () => 'webgpu', backend: () => ({}) };
    const nativeGpu: TensorFlow = {
      ...tf,
      getBackend: () => 'tensorflow',
      backend: () => ({ isUsingGpuDevice: true }),
    };
    for (const [name, backend] of Object.entries({ webgpu, nativeGpu })) {
      const path = `${recording}-${name}`;
      const watch = await instrument(backend, { recording: path });
      await watch.step(2, () => tf.relu(tf.tensor([1])).dispose());
      await watch.close();
      const timeline = readRecording(path);
      assert.is(timeline.steps.length, 1);
      assert.equal(executions(timeline), []);
      assert.equal(
        timeline.absences.map(({ metric }) => metric),
        ['kernelBusy'],
      );
      assert.match(timeline.absences[0]?.why ?? '', /GPU|webgpu/);
    }
  }));

test('the recording that the environment names is joined by each producer', () =>
  inDirectory(async (directory) => {
    createRecording(directory, describeRun('outer', [], {}, []));
    const options = { title: 'inner', versions: {} };
    const opened = [1, 2].map(() => openRecording(options, { WARPWATCH_RECORDING: directory }));
    for (const { joined, path, writer } of opened) {
      assert.ok(joined);
      assert.is(path, directory);
      await writer.close('ended');
    }
    const timeline = readRecording(directory);
    assert.is(timeline.run.title, 'outer');
    assert.equal(timeline.producers.map(({ name }) => name).sort(), ['training', 'training-2']);
  }));

test('the default directory is sorted by time and speaks', () => {
  assert.is(
    defaultDirectory('My first CNN / α', '2026-01-31T12:30:05.123Z'),
    join('runs', '2026-01-31T12-30-05-my-first-cnn'),
  );
  assert.is(defaultDirectory('…', '2026-01-31T12:30:05.123Z'), join('runs', '2026-01-31T12-30-05'));
});

test('what is not TensorFlow.js is refused with a word on what to pass', async () => {
  const wrong = { default: tf } as unknown as TensorFlow;
  const options: InstrumentOptions = {};
  const error = await instrument(wrong, options).catch((thrown: unknown) => thrown);
  assert.match(String(error), /has no ready\(\).*import \* as tf/);
});

test.run();
