import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kernelOccupancy, launchOccupancy } from '../../../src/analysis/occupancy/kernel-occupancy.ts';
import type { Launch, LaunchShape } from '../../../src/model/activity.ts';
import type { Device } from '../../../src/model/device.ts';
import { absent, known } from '../../../src/model/measured.ts';
import { readSharedJson, sharedTraces } from '../../support/shared-traces.ts';
import { addExecutions, emptyTimeline, testDevice, testLaunch } from '../../support/timelines.ts';

const test = suite('occupancy of kernels');
const withTraces = sharedTraces(test);

function gpu(change: Partial<Device> = {}): Device {
  return {
    ...testDevice('gpu0'),
    kind: 'gpu',
    vendor: 'NVIDIA',
    smCount: known(100, 'test'),
    computeCapability: known('8.0', 'test'),
    ...change,
  };
}

function launch(blocks: number, threads: number, registers: number, sharedBytes = 0): Launch {
  const shape: LaunchShape = {
    grid: [blocks, 1, 1],
    block: [threads, 1, 1],
    registersPerThread: registers,
    staticSharedBytes: 0,
    dynamicSharedBytes: sharedBytes,
  };
  return testLaunch({ device: 'gpu0', shape });
}

test('durations weigh the occupancy of a device', () => {
  const timeline = emptyTimeline([gpu()]);
  timeline.addLaunch(launch(1e6, 1024, 32));
  timeline.addLaunch(launch(1e6, 1024, 64));
  timeline.addLaunch(testLaunch({ device: 'gpu0', kind: 'memcpy' }));
  timeline.addLaunch({ ...launch(1e6, 32, 255), device: 'gpu1' });
  addExecutions(timeline, [
    [0, 0, 300],
    [1, 300, 100],
    [2, 400, 5000],
    [3, 0, 5000],
  ]);
  assert.equal(kernelOccupancy(timeline, 'gpu0'), known((300 * 1 + 100 * 0.5) / 400, 'launches'));
});

test('the share of kernel time that is known is said where it is not all', () => {
  const timeline = emptyTimeline([gpu()]);
  timeline.addLaunch(launch(1e6, 1024, 64));
  timeline.addLaunch(testLaunch({ device: 'gpu0' }));
  addExecutions(timeline, [
    [0, 0, 300],
    [1, 300, 100],
  ]);
  assert.equal(kernelOccupancy(timeline, 'gpu0'), known(0.5, 'launches, known for 75 % of kernel time'));
});

test('a part of a run is weighed by the times it is given', () => {
  const timeline = emptyTimeline([gpu()]);
  timeline.addLaunch(launch(1e6, 1024, 32));
  timeline.addLaunch(launch(1e6, 1024, 64));
  addExecutions(timeline, [
    [0, 0, 300],
    [1, 300, 100],
  ]);
  assert.is(kernelOccupancy(timeline, 'gpu0', undefined, [0, 10]).value, 0.5);
  assert.is(kernelOccupancy(timeline, 'gpu0', undefined, [0, 0]).value, null);
});

test('it is absent with a reason where launches tell too little', () => {
  const shaped = launch(1, 128, 32);
  const why = (device: Device, of: Launch = shaped): string => {
    const result = launchOccupancy(device, of);
    return result.value === null ? result.why : '';
  };
  assert.match(why(testDevice()), /CPU/);
  assert.match(why(gpu(), { ...shaped, shape: null }), /does not tell grid/);
  assert.match(why(gpu({ vendor: 'AMD', computeCapability: known('9.0', 'test') })), /AMD tell no registers/);
  assert.match(why(gpu({ vendor: '' })), /this vendor/);
  assert.match(why(gpu({ computeCapability: absent('No properties.') })), /No properties/);
  assert.match(why(gpu({ smCount: absent('No SM count.') })), /No SM count/);
  assert.match(why(gpu(), launch(1, 128, 32, 2 ** 20)), /more shared memory/);
  assert.match(why(gpu(), { ...shaped, kind: 'memset' }), /no warps/);
});

interface RawKernel {
  readonly dur: number;
  readonly args: Readonly<Record<string, unknown>>;
}

interface RawTrace {
  readonly deviceProperties?: readonly {
    id: number;
    numSms: number;
    computeMajor: number;
    computeMinor: number;
  }[];
  readonly traceEvents: readonly {
    readonly cat?: string;
    readonly ph: string;
    readonly dur: number;
    readonly args: RawKernel['args'];
  }[];
}

interface Golden {
  readonly format: string;
  readonly devices: Readonly<Record<string, { durWeightedEstOccPct_recomputed_optinSmem?: number }>>;
}

const estimate = 'est. achieved occupancy %';

/** Compares every kernel of a trace with what Kineto wrote, and every device with the golden figure. */
function checkTrace(file: string, golden: Golden): { compared: number; optIn: number } {
  const trace = readSharedJson(file) as RawTrace;
  const devices = new Map(trace.deviceProperties?.map((device) => [device.id, device]));
  const sums = new Map<unknown, { ns: number; weighted: number }>();
  let compared = 0;
  let optIn = 0;
  for (const { cat, ph, dur, args } of trace.traceEvents) {
    if (cat?.toLowerCase() !== 'kernel' || ph !== 'X' || !(estimate in args)) continue;
    const properties = devices.get(args['device'] as number);
    if (properties === undefined) continue;
    const sharedBytes = args['shared memory'] as number;
    const device = gpu({
      smCount: known(properties.numSms, 'test'),
      computeCapability: known(`${properties.computeMajor}.${properties.computeMinor}`, 'test'),
    });
    const shape: LaunchShape = {
      grid: args['grid'] as LaunchShape['grid'],
      block: args['block'] as LaunchShape['block'],
      registersPerThread: args['registers per thread'] as number,
      staticSharedBytes: sharedBytes,
      dynamicSharedBytes: 0,
    };
    const percent = (launchOccupancy(device, testLaunch({ shape })).value?.occupancy ?? Number.NaN) * 100;
    const sum = sums.get(args['device']) ?? { ns: 0, weighted: 0 };
    sums.set(args['device'], { ns: sum.ns + dur, weighted: sum.weighted + dur * percent });
    if (sharedBytes > 48 * 1024) {
      optIn++;
      assert.is(args[estimate], 0);
      assert.ok(percent > 0);
      continue;
    }
    compared++;
    const difference = Math.abs(percent - (args[estimate] as number));
    if (!(difference <= 1)) assert.unreachable(`${file}: ${percent} for ${JSON.stringify(args)}`);
  }
  for (const [device, { ns, weighted }] of sums) {
    const expected = golden.devices[String(device)]?.durWeightedEstOccPct_recomputed_optinSmem ?? Number.NaN;
    // The golden figures are percent, rounded to three digits.
    assert.ok(Math.abs(weighted / ns - expected) < 0.001, `${file}: ${weighted / ns} against ${expected}`);
  }
  return { compared, optIn };
}

withTraces(
  'every kernel of the shared traces has the occupancy that Kineto estimates, where that is not 0',
  () => {
    const golden = readSharedJson('golden.json') as Record<string, Golden>;
    let compared = 0;
    let optIn = 0;
    for (const [file, entry] of Object.entries(golden)) {
      if (entry.format !== 'kineto') continue;
      const counts = checkTrace(file, entry);
      compared += counts.compared;
      optIn += counts.optIn;
    }
    process.stdout.write(`  ${compared} kernels within a point of Kineto, ${optIn} above 48 KiB\n`);
    assert.ok(compared > 50_000 && optIn > 1000);
  },
);

test.run();
