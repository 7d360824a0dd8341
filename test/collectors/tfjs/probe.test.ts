import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createProbe } from '../../../collectors/tfjs/probe.ts';
import { createProcessSampler } from '../../../collectors/tfjs/process-samples.ts';
import * as tf from '../../../workloads/tf.ts';
import { FakeWriter } from '../../support/fake-writer.ts';

const test = suite('probe of a training');

const ofMetric = (writer: FakeWriter, metric: string) =>
  writer.samples.filter(({ series }) => series.metric === metric);

test('steps are numbered from 1 and hold their times and samples', () => {
  const writer = new FakeWriter();
  const probe = createProbe(tf, writer);
  for (const samples of [32, 16]) {
    probe.beginStep();
    probe.endStep(samples);
  }
  assert.equal(
    writer.steps.map(({ number, samples }) => [number, samples]),
    [
      [1, 32],
      [2, 16],
    ],
  );
  for (const { startNs, endNs } of writer.steps) assert.ok(endNs > startNs);
});

test('a step that does not end is counted, not invented', () => {
  const writer = new FakeWriter();
  const probe = createProbe(tf, writer);
  probe.beginStep();
  probe.beginStep();
  probe.endStep(8);
  probe.endStep(8);
  probe.beginStep();
  probe.finish();
  assert.equal(
    writer.steps.map(({ number }) => number),
    [2],
  );
  assert.equal(
    writer.losses.map(({ kind, count }) => [kind, count]),
    [
      ['unfinished', 1],
      ['unfinished', 1],
    ],
  );
});

test('a number of samples that is none is unknown', () => {
  const writer = new FakeWriter();
  const probe = createProbe(tf, writer);
  probe.beginStep();
  probe.endStep(Number.NaN);
  assert.is(writer.steps[0]?.samples, null);
});

test('a metric is one series, and may be NaN', () => {
  const writer = new FakeWriter();
  const probe = createProbe(tf, writer);
  probe.metric('loss', 2);
  probe.metric('loss', Number.NaN);
  assert.equal(
    ofMetric(writer, 'loss').map(({ value }) => value),
    [2, Number.NaN],
  );
  assert.equal(
    writer.series.filter(({ metric }) => metric === 'loss'),
    [{ device: null, metric: 'loss', from: 'workload' }],
  );
});

test('a figure may be of an earlier moment', () => {
  const writer = new FakeWriter();
  const probe = createProbe(tf, writer);
  const atNs = probe.now();
  probe.metric('loss', 4);
  probe.metric('validationLoss', 5, atNs);
  const [loss, validation] = writer.samples;
  assert.is(validation?.timeNs, atNs);
  assert.ok((loss?.timeNs ?? 0) > atNs);
});

test('a range ends once', () => {
  const writer = new FakeWriter();
  const end = createProbe(tf, writer).range('evaluation', 'epoch 1');
  assert.is(writer.marks.length, 0);
  end();
  end();
  assert.is(writer.marks.length, 1);
  const [mark] = writer.marks;
  assert.is(mark?.text, 'epoch 1');
  assert.ok(mark && mark.endNs > mark.startNs);
});

test('layer and phase hand back what their body returns', () => {
  const probe = createProbe(tf, new FakeWriter());
  assert.is(
    probe.layer('a', () => probe.phase('b', () => 7)),
    7,
  );
});

test('the processor share is time of all threads over time passed', () => {
  const writer = new FakeWriter();
  writer.tickNs = 0;
  let cpuMicroseconds = 1e6;
  const sampler = createProcessSampler(writer, {
    cpuMicroseconds: () => cpuMicroseconds,
    memoryBytes: () => 12_345,
  });
  cpuMicroseconds += 1e6;
  sampler.sample(0.5e9);
  cpuMicroseconds += 0.25e6;
  sampler.sample(1e9);
  assert.equal(
    ofMetric(writer, 'processUtil').map(({ value }) => value),
    [2, 0.5],
  );
  assert.equal(
    ofMetric(writer, 'processMemoryBytes').map(({ timeNs, value }) => [timeNs, value]),
    [
      [0.5e9, 12_345],
      [1e9, 12_345],
    ],
  );
});

test('the process is sampled four times a second at most', () => {
  const writer = new FakeWriter();
  writer.tickNs = 0;
  const sampler = createProcessSampler(writer);
  for (let timeNs = 0; timeNs <= 1e9; timeNs += 10e6) sampler.sample(timeNs);
  assert.is(ofMetric(writer, 'processUtil').length, 4);
  for (const { value } of ofMetric(writer, 'processMemoryBytes')) assert.ok(value > 1e6);
});

test.run();
