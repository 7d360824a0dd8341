import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Launch } from '../../../src/model/activity.ts';
import type { Device } from '../../../src/model/device.ts';
import { absent } from '../../../src/model/measured.ts';
import { addCalled, type Called, finding, gpus, kernel, said, times, us, v100 } from './gpu-timelines.ts';

const test = suite('advice on how kernels use the device');

/** Kernels one after the other, by turns, 100 µs each. */
function byTurns(launches: readonly Launch[], change: Partial<Device> = {}, count = 400) {
  const timeline = gpus(1, change);
  for (const launch of launches) timeline.addLaunch(launch);
  addCalled(
    timeline,
    times(count, (i): Called => [i % launches.length, i * 100 * us, 100 * us, 400 * us]),
  );
  return timeline;
}

const sgemm = kernel({ name: 'volta_sgemm_128x64_nn' });
const tensorGemm = kernel({ name: 'volta_fp16_s884gemm_fp16_128x128_ldg8_f2f_nn' });

test('matrix work without tensor cores', () => {
  const found = finding(byTurns([sgemm, kernel()], v100), 'no-tensor-cores');
  assert.is(found.severity, 'warn');
  assert.match(found.title, /50 % of kernel time/);
  assert.match(found.evidence, /volta_sgemm_128x64_nn.*V100 SXM does 8 times/);
  assert.match(found.remedy, /FP16/);
});

test('newer devices are told of TF32, which asks for one line', () => {
  assert.match(finding(byTurns([sgemm]), 'no-tensor-cores').remedy, /TF32/);
});

test('matrix work on tensor cores, next to none of it, or few kernels are no warning', () => {
  assert.is(said(byTurns([tensorGemm, tensorGemm, sgemm], v100), 'no-tensor-cores'), 'ok');
  assert.is(said(byTurns([...times(19, () => kernel()), sgemm], v100, 1000), 'no-tensor-cores'), 'ok');
  assert.is(said(byTurns([sgemm], v100, 20), 'no-tensor-cores'), 'recheck');
  assert.is(said(byTurns([kernel()], v100), 'no-tensor-cores'), 'recheck');
});

test('a device that has no tensor cores, or of which nothing is known, is not told to use them', () => {
  const { computeCapability } = v100;
  assert.is(said(byTurns([sgemm], { computeCapability: absent('Unknown.') }), 'no-tensor-cores'), 'recheck');
  const geforce = { name: 'NVIDIA GeForce GTX 1660', computeCapability: computeCapability ?? absent('') };
  assert.is(said(byTurns([sgemm], geforce), 'no-tensor-cores'), 'recheck');
});

test('kernels with fewer blocks than SMs', () => {
  const small = kernel({ name: 'small_kernel' }, { grid: [27, 1, 1] });
  const found = finding(byTurns([small, kernel()]), 'sms-not-filled');
  assert.is(found.severity, 'warn');
  // Half of the time three quarters of the SMs are empty.
  assert.match(found.title, /38 % of its SMs empty/);
  assert.match(
    found.evidence,
    /50 % of kernel time is in grids under one wave.*small_kernel .*27 blocks on 108 SMs/,
  );
});

test('filled devices, collectives that take few SMs, unknown grids and few kernels are no warning', () => {
  const collective = kernel({ name: 'ncclKernel_AllReduce' }, { grid: [4, 1, 1] });
  const small = kernel({}, { grid: [27, 1, 1] });
  assert.is(said(byTurns([kernel()]), 'sms-not-filled'), 'ok');
  assert.is(said(byTurns([kernel(), collective]), 'sms-not-filled'), 'ok');
  assert.is(said(byTurns([kernel({ shape: null })]), 'sms-not-filled'), 'recheck');
  assert.is(said(byTurns([small], {}, 20), 'sms-not-filled'), 'recheck');
});

test('small kernels that run side by side fill the device together', () => {
  const timeline = gpus();
  timeline.addLaunch(kernel({}, { grid: [54, 1, 1] }));
  addCalled(
    timeline,
    times(400, (i): Called[] => [
      [0, i * 100 * us, 100 * us, 400 * us],
      [0, i * 100 * us, 100 * us, 400 * us],
    ]).flat(),
  );
  assert.is(said(timeline, 'sms-not-filled'), 'ok');
});

test('kernels that their registers keep at few warps', () => {
  const hungry = kernel({ name: 'gather_rows' }, { registersPerThread: 128 });
  const found = finding(byTurns([hungry, kernel()]), 'occupancy-limited');
  assert.is(found.severity, 'warn');
  assert.match(found.evidence, /gather_rows \(50 % of kernel time, 25 % by registers\)/);
  const shared = kernel({ name: 'sort_rows' }, { dynamicSharedBytes: 60 * 1024 });
  assert.match(finding(byTurns([shared]), 'occupancy-limited').evidence, /25 % by shared memory/);
});

test('matrix work holds few warps on purpose; blocks of one warp are no matter of registers', () => {
  const matrix = kernel({ name: 'ampere_sgemm_128x64_nn' }, { registersPerThread: 128 });
  const thin = kernel({}, { block: [32, 1, 1] });
  assert.is(said(byTurns([matrix]), 'occupancy-limited'), 'ok');
  assert.is(said(byTurns([thin]), 'occupancy-limited'), 'ok');
  const hungry = kernel({}, { registersPerThread: 128 });
  assert.is(said(byTurns([hungry], {}, 20), 'occupancy-limited'), 'recheck');
  assert.is(
    said(byTurns([hungry], { computeCapability: absent('Unknown.') }), 'occupancy-limited'),
    'recheck',
  );
});

test.run();
