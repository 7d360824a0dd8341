import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { latestSample, meanSample } from '../../src/analysis/samples.ts';
import { addSamples, emptyTimeline } from '../support/timelines.ts';

const test = suite('samples');
const second = 1e9;

function sampled() {
  const timeline = emptyTimeline();
  addSamples(timeline, 'cpu', 'util', [
    [1 * second, 0.2],
    [2 * second, 0.4],
    [3 * second, 0.9],
  ]);
  return timeline;
}

test('the mean is over the samples taken in the window', () => {
  const mean = meanSample(sampled(), 'cpu', 'util', { startNs: 1 * second, endNs: 2.5 * second });
  assert.equal(mean, { value: 0.4, from: 'test' });
});

test('of several sources the mean is of the most trusted that sampled in the window', () => {
  const timeline = emptyTimeline();
  const add = (from: string, timeNs: number, value: number) =>
    timeline.addSample(timeline.addSeries({ device: 'gpu0', metric: 'smActive', from }), timeNs, value);
  add('dcgm', 1 * second, 0.1);
  add('dcgm', 5 * second, 0.2);
  add('nvml.gpm', 1 * second, 0.4);
  const over = (startNs: number, endNs: number) =>
    meanSample(timeline, 'gpu0', 'smActive', { startNs, endNs });
  assert.equal(over(0, 2 * second), { value: 0.4, from: 'nvml.gpm' });
  assert.equal(over(4 * second, 6 * second), { value: 0.2, from: 'dcgm' });
});

test('the latest sample is the last up to the moment', () => {
  assert.is(latestSample(sampled(), 'cpu', 'util', 2.9 * second, second).value, 0.4);
});

test('a stale sample is no value, nor is one of the future', () => {
  assert.is(latestSample(sampled(), 'cpu', 'util', 9 * second, second).value, null);
  assert.is(latestSample(sampled(), 'cpu', 'util', 0.5 * second, second).value, null);
});

test('a figure that a collector cannot give carries the collector’s reason', () => {
  const timeline = emptyTimeline();
  timeline.absences.push({ device: 'cpu', metric: 'temperatureCelsius', why: 'No sensor.' });
  const sample = latestSample(timeline, 'cpu', 'temperatureCelsius', second, second);
  assert.equal(sample, { value: null, why: 'No sensor.' });
  assert.is(meanSample(timeline, 'cpu', 'util', { startNs: 0, endNs: second }).value, null);
});

test.run();
