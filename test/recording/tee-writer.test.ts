import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeRun } from '../../src/recording/manifest.ts';
import { MemoryRecording } from '../../src/recording/memory-recording.ts';
import { TeeWriter } from '../../src/recording/tee-writer.ts';

const test = suite('tee writer');

function recording(): MemoryRecording {
  return new MemoryRecording(describeRun('tee', [], {}, []));
}

test('a copy that begins late knows every definition from before, and every record from then on', async () => {
  const first = recording();
  const second = recording();
  const tee = new TeeWriter(first.openStream('host'));
  const util = tee.defineSeries({ device: 'gpu0', metric: 'util', from: 'nvml' });
  tee.absent({ device: 'gpu0', metric: 'fanSpeed', why: 'No fan.' });
  tee.deviceState({ device: 'gpu0', timeNs: tee.now(), condition: 'lost', why: 'It fell off the bus.' });
  tee.sample(util, tee.now(), 0.25);
  tee.copyTo(second.openStream('host'));
  tee.sample(util, tee.now(), 0.5);
  const power = tee.defineSeries({ device: 'gpu0', metric: 'powerWatts', from: 'nvml' });
  tee.sample(power, tee.now(), 400);
  await tee.endCopy();
  tee.sample(util, tee.now(), 0.75);
  await tee.close('ended');
  first.poll();
  second.poll();
  const valuesOf = ({ timeline }: MemoryRecording) =>
    timeline.series.map(({ series, values }) => [series.metric, values]);
  assert.equal(valuesOf(first), [
    ['util', [0.25, 0.5, 0.75]],
    ['powerWatts', [400]],
  ]);
  assert.equal(valuesOf(second), [
    ['util', [0.5]],
    ['powerWatts', [400]],
  ]);
  assert.is(second.timeline.absences[0]?.why, 'No fan.');
  assert.is(second.timeline.deviceStates[0]?.condition, 'lost');
  assert.is(second.timeline.producers[0]?.outcome, 'ended');
  // Both count from origins of their own, a moment apart: the same sample lies at the same Unix time.
  const unixNs = ({ timeline }: MemoryRecording) =>
    Number(timeline.originUnixNs / 1000n) + (timeline.series[1]?.timesNs[0] ?? Number.NaN) / 1e3;
  assert.ok(Math.abs(unixNs(first) - unixNs(second)) < 3000, 'microseconds apart');
});

test.run();
