import { metrics } from '../../src/model/series.ts';
import { below, childrenOf, textBelow } from './elements.ts';
import { notInAnswer, parseValue, type Range, type SmiFigure } from './values.ts';

interface Row {
  readonly metric: string;
  /** Where it stands, the newest form first. */
  readonly paths: readonly (readonly string[])[];
  readonly unit: string;
  readonly range: Range;
}

const share: Range = { least: 0, most: 1 };
const count: Range = { least: 0, most: Number.MAX_SAFE_INTEGER };
/** Far above what is built. */
const watts: Range = { least: 0, most: 20_000 };
const megahertz: Range = { least: 0, most: 50_000 };
const celsius: Range = { least: 0, most: 200 };
/** Fans may run above what is called full speed, says nvml.h. */
const fan: Range = { least: 0, most: 2 };
const generation: Range = { least: 1, most: 16 };
const width: Range = { least: 1, most: 64 };

const linkInfo = ['pci', 'pci_gpu_link_info'] as const;

/** The names are those of the documents v10 to v13 (`nvsmi_device_v13.dtd`). */
const rows: readonly Row[] = [
  row(metrics.util, '%', share, ['utilization', 'gpu_util']),
  row(metrics.memoryUtil, '%', share, ['utilization', 'memory_util']),
  row(metrics.encoderUtil, '%', share, ['utilization', 'encoder_util']),
  row(metrics.decoderUtil, '%', share, ['utilization', 'decoder_util']),
  row(metrics.memoryUsedBytes, 'MiB', count, ['fb_memory_usage', 'used']),
  row(metrics.memoryTotalBytes, 'MiB', { least: 1, most: count.most }, ['fb_memory_usage', 'total']),
  row(
    metrics.powerWatts,
    'W',
    watts,
    // The mean of the last second, as NVML gives it, before the power of an instant.
    ['gpu_power_readings', 'average_power_draw'],
    ['gpu_power_readings', 'power_draw'],
    ['power_readings', 'power_draw'],
    ['gpu_power_readings', 'instant_power_draw'],
    ['gpu_power_readings', 'instantaneous_power_draw'],
  ),
  row(
    metrics.powerLimitWatts,
    'W',
    watts,
    ['gpu_power_readings', 'current_power_limit'],
    ['power_readings', 'enforced_power_limit'],
    ['power_readings', 'power_limit'],
  ),
  row(metrics.temperatureCelsius, 'C', celsius, ['temperature', 'gpu_temp']),
  row(metrics.memoryTemperatureCelsius, 'C', celsius, ['temperature', 'memory_temp']),
  row(metrics.fanSpeed, '%', fan, ['fan_speed']),
  row(metrics.smClockMegahertz, 'MHz', megahertz, ['clocks', 'sm_clock']),
  row(metrics.memoryClockMegahertz, 'MHz', megahertz, ['clocks', 'mem_clock']),
  row(metrics.smClockMaxMegahertz, 'MHz', megahertz, ['max_clocks', 'sm_clock']),
  row(metrics.memoryClockMaxMegahertz, 'MHz', megahertz, ['max_clocks', 'mem_clock']),
  row(metrics.pcieGeneration, '', generation, [...linkInfo, 'pcie_gen', 'current_link_gen']),
  row(metrics.pcieWidth, 'x', width, [...linkInfo, 'link_widths', 'current_link_width']),
  row(metrics.pcieTransmitBytesPerSecond, 'KB/s', count, ['pci', 'tx_util']),
  row(metrics.pcieReceiveBytesPerSecond, 'KB/s', count, ['pci', 'rx_util']),
];

const memoryMetrics: readonly string[] = [metrics.memoryUsedBytes, metrics.memoryTotalBytes];

/** nvmlClocksEventReasons… of nvml.h, by the end of the element's name. */
const reasonBits: Readonly<Record<string, number>> = {
  gpu_idle: 0x1,
  applications_clocks_setting: 0x2,
  sw_power_cap: 0x4,
  hw_slowdown: 0x8,
  sync_boost: 0x10,
  sw_thermal_slowdown: 0x20,
  hw_thermal_slowdown: 0x40,
  hw_power_brake_slowdown: 0x80,
  display_clocks_setting: 0x100,
  display_clock_setting: 0x100,
};

/** All figures of a `gpu` element. */
export function parseFigures(gpu: unknown): readonly SmiFigure[] {
  return [
    ...rows.map((one) => parseRow(gpu, one)),
    parseReasons(gpu),
    parseEcc(gpu, metrics.eccCorrectedErrors, /(^|_)correctable/, 'single_bit'),
    parseEcc(gpu, metrics.eccUncorrectedErrors, /(^|_)uncorrectable/, 'double_bit'),
  ];
}

/** The memory of a `mig_device` element: all that it has of its own. */
export function parseMigFigures(mig: unknown): readonly SmiFigure[] {
  return rows.filter(({ metric }) => memoryMetrics.includes(metric)).map((one) => parseRow(mig, one));
}

function parseRow(gpu: unknown, { metric, paths, unit, range }: Row): SmiFigure {
  let first: SmiFigure | undefined;
  for (const path of paths) {
    const text = textBelow(gpu, ...path);
    if (text === undefined) continue;
    const figure = parseValue(metric, text, unit, range);
    if (figure.value !== null) return figure;
    first ??= figure;
  }
  return first ?? { metric, value: null, why: notInAnswer };
}

function parseReasons(gpu: unknown): SmiFigure {
  const metric = metrics.throttleReasons;
  let bits = 0;
  let known = 0;
  let word: string | undefined;
  const parent = below(gpu, 'clocks_event_reasons') ?? below(gpu, 'clocks_throttle_reasons');
  for (const [name] of childrenOf(parent)) {
    const bit = reasonBits[name.replace(/^clocks_(event|throttle)_reason_/, '')] ?? 0;
    const text = textBelow(parent, name) ?? '';
    if (/^active$/i.test(text)) bits |= bit;
    else if (!/^not active$/i.test(text)) {
      word ??= text;
      continue;
    }
    known += 1;
  }
  if (known > 0 && word === undefined) return { metric, value: bits, why: '' };
  return parseValue(metric, word ?? (typeof parent === 'string' ? parent : undefined), '', count);
}

/** Sums the places of the memory since the driver was loaded; a place that the GPU has not counts nothing. */
function parseEcc(gpu: unknown, metric: string, pattern: RegExp, oldName: string): SmiFigure {
  const volatile = below(gpu, 'ecc_errors', 'volatile');
  const old = textBelow(volatile, oldName, 'total');
  if (old !== undefined) return parseValue(metric, old, '', count);
  let sum: number | null = null;
  let missing: SmiFigure = { metric, value: null, why: notInAnswer };
  for (const [name] of childrenOf(volatile)) {
    if (!pattern.test(name)) continue;
    const text = textBelow(volatile, name);
    const part = parseValue(metric, text, '', count);
    if (part.value !== null) sum = (sum ?? 0) + part.value;
    else if (text !== 'N/A') return part;
    else missing = part;
  }
  return sum === null ? missing : { metric, value: sum, why: '' };
}

function row(metric: string, unit: string, range: Range, ...paths: Row['paths']): Row {
  return { metric, unit, range, paths };
}
