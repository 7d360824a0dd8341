import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { arithmeticPeak, memoryPeak } from '../../src/analysis/device-peak.ts';
import { peakOf } from '../../src/analysis/kernels.ts';
import { LiveView } from '../../src/analysis/live.ts';
import type { Device } from '../../src/model/device.ts';
import { absent, isKnown, known, type Measured } from '../../src/model/measured.ts';
import { testGpu } from '../support/gpu-run.ts';
import { addExecutions, emptyTimeline, testDevice, testLaunch } from '../support/timelines.ts';

const test = suite('peak of a device');

/** As the NVML collector describes one. */
function fromDriver(name: string, change: Partial<Device> = {}): Device {
  return { ...testGpu('gpu0'), name, peakFlops: absent('The driver does not tell the peak.'), ...change };
}

function why(measured: Measured): string {
  return isKnown(measured) ? `known: ${measured.value}` : measured.why;
}

test('a GPU that its driver names has the peak of the table, with the document', () => {
  const peak = arithmeticPeak(fromDriver('NVIDIA H200'));
  assert.is(peak.value, 989.5e12);
  assert.match(isKnown(peak) ? peak.from : '', /16-bit products of H200 SXM: NVIDIA H200 datasheet/);
  const memory = memoryPeak(fromDriver('NVIDIA H200'));
  assert.is(memory.value, 4.8e12);
  assert.match(isKnown(memory) ? memory.from : '', /bandwidth of H200 SXM: NVIDIA H200 datasheet/);
});

test('a GPU without BF16 is held against FP16', () => {
  assert.is(arithmeticPeak(fromDriver('Tesla V100-SXM2-16GB')).value, 125e12);
});

test('a model that nobody has entered has none, and its name stands in the reason', () => {
  const unknown = fromDriver('NVIDIA Test GPU');
  assert.is(
    why(arithmeticPeak(unknown)),
    'The driver does not tell the peak. The table of peaks has no NVIDIA Test GPU.',
  );
  assert.is(why(memoryPeak(unknown)), 'The table of peaks has no NVIDIA Test GPU.');
});

test('a part of a GPU has none, whatever its name', () => {
  for (const name of ['NVIDIA H200', 'NVIDIA H200 MIG 3g.71gb']) {
    assert.match(why(arithmeticPeak(fromDriver(name, { parent: 'gpu0' }))), 'A part of a GPU');
    assert.match(why(memoryPeak(fromDriver(name, { parent: 'gpu0' }))), 'A part of a GPU');
  }
});

test('what the producer knows comes before the table', () => {
  const told = known(5e12, 'measured');
  assert.is(arithmeticPeak(fromDriver('NVIDIA H200', { peakFlops: told })), told);
  assert.is(arithmeticPeak(testDevice('cpu', told)), told);
  assert.is(why(arithmeticPeak(testDevice('cpu', absent('Not measured.')))), 'Not measured.');
});

test('shares of peak use it: a recording needs nothing', () => {
  const timeline = emptyTimeline([fromDriver('NVIDIA H200')]);
  timeline.addLaunch(testLaunch({ device: 'gpu0', flops: 989.5e9 }));
  // Each takes a hundredth of a second for a thousandth of what the GPU does in one: a tenth of its peak.
  addExecutions(
    timeline,
    Array.from({ length: 300 }, (_, at): [number, number, number] => [0, at * 1e7, 1e7]),
  );
  assert.is(peakOf(timeline, 'gpu0').value, 989.5e12);
  const { peakShare } = new LiveView(timeline).snapshot(3e9).devices[0] ?? {};
  assert.ok(Math.abs((peakShare?.value ?? 0) - 0.1) < 1e-3, JSON.stringify(peakShare));
});

test.run();
