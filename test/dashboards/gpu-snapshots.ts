/** Moments of machines with GPUs, one for each number of them and for each source that can be missing. */
import type { DeviceFigure } from '../../src/analysis/device-figures.ts';
import { describeGap } from '../../src/analysis/gap.ts';
import type { DeviceView, Snapshot } from '../../src/analysis/snapshot.ts';
import { absent, known, type Measured } from '../../src/model/measured.ts';
import { figuresWith, gpuDevice, historyWith, hopper, present, type Work } from './device-views.ts';
import { starting } from './snapshots.ts';

const gibi = 2 ** 30;
const works: readonly Work[] = [
  {
    util: 0.97,
    smActive: 0.41,
    occupancy: 0.18,
    tensor: 0.12,
    dram: 0.22,
    gap: 'busy, but on a third of the SMs',
  },
  { util: 1, smActive: 0.96, occupancy: 0.61, tensor: 0.07, dram: 0.88, gap: 'busy, and memory-bound' },
  {
    util: 0.99,
    smActive: 0.93,
    occupancy: 0.34,
    tensor: 0.71,
    dram: 0.46,
    gap: 'busy, and its tensor cores are well used',
  },
  { util: 0.98, smActive: 0.89, occupancy: 0.72, tensor: 0, dram: 0.31, gap: 'filled, but no tensor cores' },
  {
    util: 0.92,
    smActive: 0.02,
    occupancy: 0.004,
    tensor: 0,
    dram: 0.01,
    gap: 'busy by util, but its SMs are empty',
  },
  { util: 0, smActive: 0, occupancy: 0, tensor: 0, dram: 0, gap: 'idle' },
];

function monitoring(devices: readonly DeviceView[]): Snapshot {
  return {
    ...starting,
    title: 'this machine',
    state: 'running',
    elapsedSeconds: 754,
    devices: [idleCpu(), ...devices],
    host: {
      cpuUtil: known(0.34, 'host'),
      processUtil: absent('No training is watched.'),
      memoryUsedBytes: known(212 * gibi, 'host'),
      memoryTotalBytes: 2048 * gibi,
      processMemoryBytes: absent('No training is watched.'),
    },
  };
}

/** A machine with so many GPUs that tell everything. */
export function gpus(count: number, tick = 600): Snapshot {
  const work = (index: number): Work => works[index % works.length] ?? { ...idle, gap: 'idle' };
  const views = Array.from({ length: count }, (_, index) => hopper(index, work(index), tick));
  return { ...monitoring(views), whyNoGpu: count === 0 ? noGpu : [] };
}

const idle = { util: 0, smActive: 0, occupancy: 0, tensor: 0, dram: 0 };
const noGpu = [
  'The NVIDIA driver is not loaded: libnvidia-ml.so.1 was not found; install the driver, or run on a machine with a GPU.',
  'nvidia-smi was not found in PATH.',
];

const fellOff = 'it fell off the bus (XID 79); reset it, or restart the machine.';
const silent = 'a call of the driver takes longer than 10 s; look for an XID in the kernel log.';
const needsHopper = 'GPM needs Hopper or newer; point WARPWATCH_DCGM at a dcgm-exporter for an A10G.';
const counters: readonly DeviceFigure[] = [
  'smActive',
  'occupancy',
  'tensorActive',
  'fp32Active',
  'fp16Active',
  'fp64Active',
  'integerActive',
  'dramActive',
  'graphicsActive',
  'computeThroughput',
  'memoryThroughput',
  'pcieTransmitBytesPerSecond',
  'pcieReceiveBytesPerSecond',
  'nvlinkTransmitBytesPerSecond',
  'nvlinkReceiveBytesPerSecond',
];

/** The view without these figures and their curves. */
function without(view: DeviceView, names: readonly DeviceFigure[], why: string): DeviceView {
  const gone: Partial<Record<DeviceFigure, Measured>> = {};
  for (const name of names) gone[name] = absent(why);
  const nothing = view.history.util.map(() => Number.NaN);
  const emptied: Partial<Record<string, readonly number[]>> = {};
  for (const name of names) if (name in view.history) emptied[name] = nothing;
  return { ...view, ...gone, history: { ...view.history, ...emptied } };
}

function everyGpu(change: (view: DeviceView, index: number) => DeviceView, count = 2): Snapshot {
  const whole = gpus(count);
  return monitoring(whole.devices.slice(1).map(change));
}

/** Two Ampere GPUs: the driver alone. */
export const noCounters = everyGpu((view, index) => ({
  ...without(view, counters, needsHopper),
  device: gpuDevice(index, 'NVIDIA A10G'),
  gap: 'busy by util; how busy is not known',
}));

/** nvidia-smi instead of the library: fewer figures, and each from there. */
export const smiOnly = everyGpu((view, index) => ({
  ...view,
  ...figuresWith(
    {
      util: known(0.97, 'nvidia-smi'),
      memoryUsedBytes: known(31 * gibi, 'nvidia-smi'),
      memoryTotalBytes: known(141 * gibi, 'nvidia-smi'),
      powerWatts: known(412, 'nvidia-smi'),
      powerLimitWatts: known(700, 'nvidia-smi'),
      smClockMegahertz: known(1980, 'nvidia-smi'),
      temperatureCelsius: known(61 + index, 'nvidia-smi'),
    },
    'nvidia-smi tells no counters; let libnvidia-ml.so.1 be found for them.',
  ),
  gap: 'busy by util; how busy is not known',
  history: historyWith(600, { util: () => 0.97 }),
}));

/** A dcgm-exporter alone: counters, but neither clocks nor processes. */
export const dcgmOnly = everyGpu((view) => ({
  ...view,
  ...figuresWith(
    {
      util: known(0.97, 'dcgm'),
      smActive: known(0.41, 'dcgm'),
      occupancy: known(0.18, 'dcgm'),
      tensorActive: known(0.12, 'dcgm'),
      dramActive: known(0.22, 'dcgm'),
      memoryUsedBytes: known(31 * gibi, 'dcgm'),
      powerWatts: known(412, 'dcgm'),
      temperatureCelsius: known(61, 'dcgm'),
    },
    'The dcgm-exporter does not export it; add the field to its list.',
  ),
  processes: null,
}));

/** A GPU that fell off the bus, beside seven that work. */
export const lostGpu = everyGpu((view, index) => (index === 3 ? gone(view, 'lost', fellOff) : view), 8);

/** A GPU that does not answer. */
export const hungGpu = everyGpu((view, index) => (index === 1 ? gone(view, 'hung', silent) : view), 2);

function gone(view: DeviceView, condition: 'lost' | 'hung', why: string): DeviceView {
  const sentence = `The GPU is ${condition}: ${why}`;
  return {
    ...view,
    ...figuresWith({}, sentence),
    state: { condition, why },
    processes: null,
    gap: '',
    history: historyWith(600, { util: (time) => (time < 420 ? 0.97 : Number.NaN) }),
  };
}

/** A GPU in two parts, whose util the driver does not tell, beside a whole one. */
export const mig = ((): Snapshot => {
  const noUtil = 'util is not to be had under MIG; SM active stands in its place.';
  const base = gpus(2).devices.slice(1);
  const [first, second] = base;
  if (first === undefined || second === undefined) throw new Error('Two GPUs are needed.');
  const part = (index: number, share: number, name: string): DeviceView => {
    const figures = without(
      hopper(0, {
        ...(works[2] ?? { ...idle, gap: '' }),
        smActive: share,
        tensor: share * 0.76,
        occupancy: share / 3,
        dram: share / 2,
      }),
      ['util'],
      noUtil,
    );
    const device = { ...gpuDevice(0, name), id: `gpu0.${index}`, parent: 'gpu0', uuid: `MIG-${index}` };
    return { ...figures, device, gap: describeGap(device, figures) };
  };
  return monitoring([
    { ...without(first, ['util'], noUtil), gap: '' },
    second,
    part(0, 0.91, 'H200 MIG 3g.71gb'),
    part(1, 0.12, 'H200 MIG 4g.71gb'),
  ]);
})();

/** A GPU in MIG mode alone: no util anywhere. */
export const noUtil = monitoring(mig.devices.filter(({ device }) => device.id.startsWith('gpu0')));

function idleCpu(): DeviceView {
  return {
    ...figuresWith({ util: known(0.34, 'host'), memoryUsedBytes: known(212 * gibi, 'host') }),
    device: {
      id: 'cpu',
      kind: 'cpu',
      name: 'AMD EPYC 9654',
      vendor: 'AMD',
      smCount: absent('A CPU core is no multiprocessor.'),
      computeCapability: absent('A CPU has none.'),
      memoryBytes: known(2048 * gibi, 'host'),
      peakFlops: absent('Not measured.'),
    },
    state: present,
    processes: null,
    gap: '',
    history: historyWith(600, { util: (time) => 0.3 + 0.1 * Math.sin(time / 9) }),
  };
}
