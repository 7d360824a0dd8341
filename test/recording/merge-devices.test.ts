import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { absent, known } from '../../src/model/measured.ts';
import { mergeDevices } from '../../src/recording/merge-devices.ts';
import { testGpu } from '../support/gpu-run.ts';

const test = suite('a device that is told of twice');

test('what one source knows stays where the other does not, in either order', () => {
  const driver = {
    ...testGpu('gpu0'),
    uuid: 'GPU-1',
    peakFlops: absent('The driver does not tell the peak.'),
  };
  const training = {
    ...testGpu('gpu0'),
    smCount: absent('WebGPU does not tell it.'),
    peakFlops: known(9e12, 'measured'),
  };
  for (const merged of [mergeDevices(driver, training), mergeDevices(training, driver)]) {
    assert.is(merged.uuid, 'GPU-1');
    assert.is(merged.smCount.value, 108);
    assert.is(merged.peakFlops.value, 9e12);
  }
});

test('where both know, the later counts', () => {
  const first = { ...testGpu('gpu0'), name: 'NVIDIA GPU 0', peakFlops: known(1, 'measured') };
  const later = { ...testGpu('gpu0'), peakFlops: known(2, 'measured') };
  const merged = mergeDevices(first, later);
  assert.is(merged.name, later.name);
  assert.is(merged.peakFlops.value, 2);
});

test.run();
