import { metrics } from '../../src/model/series.ts';
import { fields } from '../dcgm/fields.ts';
import { acceptedValue, memoryParts } from '../dcgm/parse.ts';

/** A metric of another exporter, and what it tells. */
export interface ExporterMetric {
  readonly name: string;
  readonly exporter: 'dcgm-exporter' | 'nvidia_gpu_exporter';
  /** One of `metrics`; '' for what is only a part of the memory. */
  readonly metric: string;
  /** Which part of the memory of a GPU it is, where the whole is not told. */
  readonly memoryPart: 'used' | 'free' | 'reserved' | null;
  /** Told of the whole GPU, also where it stands at a MIG device. */
  readonly ofWholeGpu: boolean;
  /** What its values say where they are read. */
  readonly from: string;
  /** The value in the metric's unit; null where it cannot be. */
  accept(value: number): number | null;
}

const [usedMemory, freeMemory, reservedMemory] = memoryParts;
const partNames: Readonly<Record<string, ExporterMetric['memoryPart']>> = {
  [usedMemory]: 'used',
  [freeMemory]: 'free',
  [reservedMemory]: 'reserved',
};

const dcgm: readonly ExporterMetric[] = fields.flatMap((field) =>
  field.names.map((name) => ({
    name,
    exporter: 'dcgm-exporter',
    metric: field.metric,
    memoryPart: partNames[name] ?? null,
    ofWholeGpu: field.kind === 'board',
    from: 'dcgm',
    accept: (value) => acceptedValue(field, value),
  })),
);
const mebibyte = 2 ** 20;
const dcgmMemory: readonly ExporterMetric[] = [freeMemory, reservedMemory].map((name) => ({
  name,
  exporter: 'dcgm-exporter',
  metric: '',
  memoryPart: partNames[name] ?? null,
  ofWholeGpu: false,
  from: 'dcgm',
  accept: (value) => within(value, 0, 2 ** 30, mebibyte),
}));

/** Far above what is built. */
const mostHertz = 50e9;
const mostBytes = 2 ** 50;
const mostCount = 2 ** 53;
const mostCelsius = 200;
const mostWatts = 20_000;

/**
 * github.com/utkuozdemir/nvidia_gpu_exporter: its names are the fields of `nvidia-smi --query-gpu` with a unit behind; what
 * drivers renamed stands twice.
 */
const smi: readonly ExporterMetric[] = [
  nvidiaSmi(metrics.util, 'utilization_gpu_ratio', 1),
  nvidiaSmi(metrics.memoryUtil, 'utilization_memory_ratio', 1),
  nvidiaSmi(metrics.encoderUtil, 'utilization_encoder_ratio', 1),
  nvidiaSmi(metrics.decoderUtil, 'utilization_decoder_ratio', 1),
  nvidiaSmi(metrics.memoryUsedBytes, 'memory_used_bytes', mostBytes),
  nvidiaSmi(metrics.memoryTotalBytes, 'memory_total_bytes', mostBytes),
  nvidiaSmi(metrics.powerWatts, 'power_draw_watts', mostWatts),
  nvidiaSmi(metrics.powerLimitWatts, 'enforced_power_limit_watts', mostWatts),
  nvidiaSmi(metrics.energyJoules, 'energy_joules_total', mostCount),
  nvidiaSmi(metrics.smClockMegahertz, 'clocks_current_sm_clock_hz', mostHertz, 1e-6),
  nvidiaSmi(metrics.smClockMaxMegahertz, 'clocks_max_sm_clock_hz', mostHertz, 1e-6),
  nvidiaSmi(metrics.memoryClockMegahertz, 'clocks_current_memory_clock_hz', mostHertz, 1e-6),
  nvidiaSmi(metrics.memoryClockMaxMegahertz, 'clocks_max_memory_clock_hz', mostHertz, 1e-6),
  nvidiaSmi(metrics.throttleReasons, 'clocks_event_reasons_active', mostCount),
  nvidiaSmi(metrics.throttleReasons, 'clocks_throttle_reasons_active', mostCount),
  nvidiaSmi(metrics.temperatureCelsius, 'temperature_gpu', mostCelsius),
  nvidiaSmi(metrics.memoryTemperatureCelsius, 'temperature_memory', mostCelsius),
  nvidiaSmi(metrics.fanSpeed, 'fan_speed_ratio', 2),
  nvidiaSmi(metrics.pcieGeneration, 'pcie_link_gen_current', 16),
  nvidiaSmi(metrics.pcieWidth, 'pcie_link_width_current', 64),
  nvidiaSmi(metrics.pcieTransmitBytesPerSecond, 'pcie_throughput_tx_bytes_per_second', mostBytes),
  nvidiaSmi(metrics.pcieReceiveBytesPerSecond, 'pcie_throughput_rx_bytes_per_second', mostBytes),
  nvidiaSmi(metrics.eccCorrectedErrors, 'ecc_errors_corrected_volatile_total', mostCount),
  nvidiaSmi(metrics.eccUncorrectedErrors, 'ecc_errors_uncorrected_volatile_total', mostCount),
];
/** Its NVML backend reads counters of MIG devices alone. */
const smiMig: readonly ExporterMetric[] = [
  mig(metrics.graphicsActive, 'graphics_activity_ratio', 1, 'nvml.gpm'),
  mig(metrics.smActive, 'sm_activity_ratio', 1, 'nvml.gpm'),
  mig(metrics.occupancy, 'sm_occupancy_ratio', 1, 'nvml.gpm'),
  mig(metrics.tensorActive, 'tensor_activity_ratio', 1, 'nvml.gpm'),
  mig(metrics.memoryUsedBytes, 'memory_used_bytes', mostBytes, 'nvml'),
  mig(metrics.memoryTotalBytes, 'memory_total_bytes', mostBytes, 'nvml'),
];

/** All that is taken of other exporters; a name more is a line here. */
export const exporterMetrics: readonly ExporterMetric[] = [...dcgm, ...dcgmMemory, ...smi, ...smiMig];

function nvidiaSmi(metric: string, name: string, most: number, scale = 1): ExporterMetric {
  return {
    name: `nvidia_smi_${name}`,
    exporter: 'nvidia_gpu_exporter',
    metric,
    memoryPart: null,
    ofWholeGpu: false,
    from: 'nvidia-smi',
    accept: (value) => within(value, 0, most, scale),
  };
}

function mig(metric: string, name: string, most: number, source: string): ExporterMetric {
  return { ...nvidiaSmi(metric, `mig_${name}`, most), from: `${source} via nvidia_gpu_exporter` };
}

function within(value: number, least: number, most: number, scale: number): number | null {
  return value >= least && value <= most ? value * scale : null;
}
