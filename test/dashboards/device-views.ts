/** Device rows made by hand, for the snapshots of the tests. */
import { type DeviceFigure, type DeviceFigures, deviceFigures } from '../../src/analysis/device-figures.ts';
import type { DeviceView, History, HistoryCurve } from '../../src/analysis/snapshot.ts';
import { absent, known, type Measured } from '../../src/model/measured.ts';

/** Half seconds of history that the made-up devices have at most: as long as the shown window. */
const points = 600;
export const present = { condition: 'present', why: '' } as const;

/** All figures of a device: those given, the others absent for one reason. */
export function figuresWith(
  given: Partial<Record<DeviceFigure, Measured>>,
  why = 'No source of this machine tells it.',
): DeviceFigures {
  const figures: Partial<Record<DeviceFigure, Measured>> = {};
  for (const name of Object.keys(deviceFigures)) {
    if (isFigure(name)) figures[name] = given[name] ?? absent(why);
  }
  if (!isComplete(figures)) throw new Error('A figure is missing.');
  return figures;
}

function isFigure(name: string): name is DeviceFigure {
  return name in deviceFigures;
}

function isComplete(figures: Partial<Record<DeviceFigure, Measured>>): figures is DeviceFigures {
  return Object.keys(figures).length === Object.keys(deviceFigures).length;
}

/** A history with the given curves; the others hold nothing. `at` gives a value for each half second. */
export function historyWith(
  tick: number,
  at: Partial<Record<HistoryCurve, (time: number) => number>>,
): History {
  const length = Math.min(tick, points);
  const curve = (value: (time: number) => number = () => Number.NaN): number[] =>
    Array.from({ length }, (_, index) => value(tick - length + index));
  return {
    dropped: tick - length,
    intervalSeconds: 0.5,
    util: curve(at.util),
    kernelBusy: curve(at.kernelBusy),
    smActive: curve(at.smActive),
    occupancy: curve(at.occupancy),
    tensorActive: curve(at.tensorActive),
    dramActive: curve(at.dramActive),
    peakShare: curve(at.peakShare),
    powerWatts: curve(at.powerWatts),
  };
}

export function wave(time: number, period: number): number {
  return (1 + Math.sin((2 * Math.PI * time) / period)) / 2;
}

/** What a GPU does, as shares; the made-up figures follow from them. */
export interface Work {
  readonly util: number;
  readonly smActive: number;
  readonly occupancy: number;
  readonly tensor: number;
  readonly dram: number;
  readonly gap: string;
}

const gibi = 2 ** 30;
const nvml = (value: number): Measured => known(value, 'nvml');
const gpm = (value: number): Measured => known(value, 'nvml.gpm');

/** A Hopper GPU that tells everything. */
export function hopper(index: number, work: Work, tick = 600): DeviceView {
  const { util, smActive, occupancy, tensor, dram } = work;
  const power = 90 + 600 * (0.5 * smActive + 0.3 * dram + 0.2 * tensor);
  const dip = (time: number): number => ((time + index * 17) % 97 < 8 ? 0.45 : 1);
  const ripple = (value: number, period: number) => (time: number) =>
    value * dip(time) * (1 - 0.12 * wave(time + index * 5, period));
  return {
    ...figuresWith(
      {
        util: nvml(util),
        smActive: gpm(smActive),
        occupancy: gpm(occupancy),
        tensorActive: gpm(tensor),
        fp32Active: gpm(0.09 * smActive),
        fp16Active: gpm(0.03 * occupancy),
        fp64Active: gpm(0),
        integerActive: gpm(0.12 * smActive),
        dramActive: gpm(dram),
        graphicsActive: gpm(util),
        computeThroughput: known(Math.max(tensor, 0.12 * smActive), 'derived from nvml.gpm'),
        memoryThroughput: known(dram, 'derived from nvml.gpm'),
        memoryUtil: nvml(dram / 1.5),
        memoryUsedBytes: nvml((20 + 55 * occupancy + index) * gibi),
        memoryTotalBytes: nvml(141 * gibi),
        powerWatts: nvml(power),
        powerLimitWatts: nvml(700),
        energyJoules: nvml(3.1e9 + index * 1e7),
        smClockMegahertz: nvml(power > 540 ? 1410 : 1980),
        smClockMaxMegahertz: nvml(1980),
        memoryClockMegahertz: nvml(3201),
        memoryClockMaxMegahertz: nvml(3201),
        throttleReasons: nvml(power > 540 ? 0x04 : 0),
        temperatureCelsius: nvml(Math.round(34 + power / 18 + (index % 3))),
        memoryTemperatureCelsius: nvml(Math.round(40 + power / 16)),
        encoderUtil: nvml(0),
        decoderUtil: nvml(0),
        pcieGeneration: nvml(5),
        pcieWidth: nvml(16),
        pcieTransmitBytesPerSecond: gpm(1.2e9),
        pcieReceiveBytesPerSecond: gpm(3.4e9),
        nvlinkTransmitBytesPerSecond: gpm(41e9),
        nvlinkReceiveBytesPerSecond: gpm(40e9),
        eccCorrectedErrors: nvml(0),
        eccUncorrectedErrors: nvml(0),
      },
      'The driver does not tell it for this GPU.',
    ),
    kernelBusy: absent(noLaunches),
    kernelOccupancy: absent(noLaunches),
    peakShare: absent(noLaunches),
    flopsPerSecond: absent(noLaunches),
    device: gpuDevice(index),
    state: present,
    processes: [trainer(index)],
    gap: work.gap,
    history: historyWith(tick, {
      util: (time) => util * (0.8 + dip(time) / 5) - 0.02 * wave(time, 7),
      smActive: ripple(smActive, 23),
      occupancy: ripple(occupancy, 31),
      tensorActive: ripple(tensor, 41),
      dramActive: ripple(dram, 37),
    }),
  };
}

const noLaunches = 'Kernels are not recorded; start the program with `warpwatch run` to see them.';

export function gpuDevice(index: number, name = 'NVIDIA H200'): DeviceView['device'] {
  const digit = index.toString(16);
  return {
    id: `gpu${index}`,
    kind: 'gpu',
    name,
    vendor: 'NVIDIA',
    smCount: nvml(132),
    computeCapability: known('9.0', 'nvml'),
    memoryBytes: nvml(141 * gibi),
    peakFlops: known(989e12, 'specification'),
    uuid: `GPU-${digit.repeat(8)}-1c2d-4e5f-8a9b-0123456789ab`,
    pciBusId: `0000:${digit}9:00.0`,
  };
}

function trainer(index: number): NonNullable<DeviceView['processes']>[number] {
  return {
    pid: 41_200 + index,
    name: 'python',
    command: `python train.py --rank ${index} --config configs/large.yaml`,
    user: 'ada',
    parent: 41_100,
    container: '',
    kind: 'compute',
    memoryBytes: nvml((19 + index) * gibi),
    util: nvml(0.95),
  };
}
