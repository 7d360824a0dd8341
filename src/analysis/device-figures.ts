import type { Measured } from '../model/measured.ts';

/** What a figure is, for whoever formats it. */
export type FigureUnit =
  | 'ratio'
  | 'bytes'
  | 'bytesPerSecond'
  | 'flopsPerSecond'
  | 'watts'
  | 'joules'
  | 'megahertz'
  | 'celsius'
  | 'count'
  | 'throttleReasons';

export interface FigureRow {
  /** Short, as a table's head. */
  readonly label: string;
  readonly unit: FigureUnit;
  /**
   * Sources by trust: the first that has a fresh value gives the figure. Counters come before launches, launches before
   * the driver's own share. What a source calls itself in `from` begins with its name here.
   */
  readonly sources: readonly string[];
  /** A sample is an event: the last one stands until the next, however long ago it was. */
  readonly event?: true;
}

const driver = ['nvml', 'nvidia-smi', 'dcgm', 'host'];
const counters = ['nvml.gpm', 'dcgm', 'nsys'];

/** Every figure of a device row, in the order in which they are shown. Adding one is a line here. */
export const deviceFigures = {
  util: { label: 'util', unit: 'ratio', sources: driver },
  kernelBusy: { label: 'kernelBusy', unit: 'ratio', sources: ['launches', 'cupti'] },
  smActive: { label: 'SM active', unit: 'ratio', sources: [...counters, 'launches', 'cupti'] },
  occupancy: { label: 'occupancy', unit: 'ratio', sources: counters },
  kernelOccupancy: { label: 'kernel occupancy', unit: 'ratio', sources: ['launches'] },
  tensorActive: { label: 'tensor', unit: 'ratio', sources: counters },
  fp32Active: { label: 'FP32', unit: 'ratio', sources: counters },
  fp16Active: { label: 'FP16', unit: 'ratio', sources: counters },
  fp64Active: { label: 'FP64', unit: 'ratio', sources: counters },
  integerActive: { label: 'integer', unit: 'ratio', sources: counters },
  dramActive: { label: 'DRAM', unit: 'ratio', sources: counters },
  graphicsActive: { label: 'graphics engine', unit: 'ratio', sources: counters },
  computeThroughput: { label: 'compute', unit: 'ratio', sources: ['derived'] },
  memoryThroughput: { label: 'memory path', unit: 'ratio', sources: ['derived'] },
  peakShare: { label: 'of peak', unit: 'ratio', sources: ['launches'] },
  flopsPerSecond: { label: 'FLOP/s', unit: 'flopsPerSecond', sources: ['launches'] },
  memoryUtil: { label: 'memory util', unit: 'ratio', sources: driver },
  memoryUsedBytes: { label: 'memory', unit: 'bytes', sources: driver },
  memoryTotalBytes: { label: 'memory total', unit: 'bytes', sources: driver },
  powerWatts: { label: 'power', unit: 'watts', sources: driver },
  powerLimitWatts: { label: 'power limit', unit: 'watts', sources: driver },
  energyJoules: { label: 'energy', unit: 'joules', sources: driver },
  smClockMegahertz: { label: 'SM clock', unit: 'megahertz', sources: driver },
  smClockMaxMegahertz: { label: 'SM clock max', unit: 'megahertz', sources: driver },
  memoryClockMegahertz: { label: 'memory clock', unit: 'megahertz', sources: driver },
  memoryClockMaxMegahertz: { label: 'memory clock max', unit: 'megahertz', sources: driver },
  throttleReasons: { label: 'clocks held by', unit: 'throttleReasons', sources: driver },
  temperatureCelsius: { label: 'temperature', unit: 'celsius', sources: driver },
  memoryTemperatureCelsius: { label: 'memory temperature', unit: 'celsius', sources: driver },
  fanSpeed: { label: 'fan', unit: 'ratio', sources: driver },
  encoderUtil: { label: 'encoder', unit: 'ratio', sources: driver },
  decoderUtil: { label: 'decoder', unit: 'ratio', sources: driver },
  pcieGeneration: { label: 'PCIe generation', unit: 'count', sources: driver },
  pcieWidth: { label: 'PCIe lanes', unit: 'count', sources: driver },
  pcieTransmitBytesPerSecond: { label: 'PCIe out', unit: 'bytesPerSecond', sources: counters },
  pcieReceiveBytesPerSecond: { label: 'PCIe in', unit: 'bytesPerSecond', sources: counters },
  nvlinkTransmitBytesPerSecond: { label: 'NVLink out', unit: 'bytesPerSecond', sources: counters },
  nvlinkReceiveBytesPerSecond: { label: 'NVLink in', unit: 'bytesPerSecond', sources: counters },
  eccCorrectedErrors: { label: 'ECC corrected', unit: 'count', sources: driver },
  eccUncorrectedErrors: { label: 'ECC uncorrected', unit: 'count', sources: driver },
  xid: { label: 'last XID', unit: 'count', sources: driver, event: true },
} as const satisfies Readonly<Record<string, FigureRow>>;

export type DeviceFigure = keyof typeof deviceFigures;
export type DeviceFigures = Readonly<Record<DeviceFigure, Measured>>;

/** The same rows by name, for whoever goes over all of them. */
export const figureRows: Readonly<Record<DeviceFigure, FigureRow>> = deviceFigures;
export const figureNames = Object.keys(deviceFigures).filter(isFigure);

/** Whether a metric is a figure of the device row. */
export function isFigure(name: string): name is DeviceFigure {
  return Object.hasOwn(deviceFigures, name);
}

/** Place of a source in the table's order; one that the table does not name comes last. */
export function distrust(figure: DeviceFigure, from: string): number {
  const { sources } = figureRows[figure];
  const at = sources.findIndex((source) => from.startsWith(source));
  return at < 0 ? sources.length : at;
}
