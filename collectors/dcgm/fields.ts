import { metrics } from '../../src/model/series.ts';

/** A field of DCGM and the metric that it gives. */
export interface DcgmField {
  readonly metric: string;
  /** Names of the field; the one that dcgm-exporter's own lists use is first, those of DCGM 4.6 after it. */
  readonly names: readonly [string, ...string[]];
  /** What the field is multiplied by. */
  readonly scale: number;
  /** What is accepted, in the field's own unit. */
  readonly least: number;
  readonly most: number;
  /** A counter of the profiling module, or a fact of the whole board, or both a GPU's and a MIG device's. */
  readonly kind: 'counter' | 'board' | 'memory';
  /** dcgm-exporter's default-counters.csv leaves it out. */
  readonly notByDefault: boolean;
}

/** Far above what is built, and below the numbers that DCGM writes for unknown (DCGM_INT32_BLANK, DCGM_FP64_BLANK). */
const mostMegahertz = 50_000;
const mostWatts = 20_000;
const mostCelsius = 200;
const mostMebibytes = 2 ** 30;
const mostCount = 2 ** 31 - 17;
/** DCGM_FP64_BLANK is 2^47. */
const belowBlank = 2 ** 47 - 1;
const mebibyte = 2 ** 20;

/**
 * All that is taken of a page. Ratios are 0..1 in the profiling module and percent elsewhere; DCGM 4.6 renamed fields in
 * its headers without changing their units, so that GPU_UTIL_RATIO is percent as well.
 */
export const fields: readonly DcgmField[] = [
  board(metrics.util, 0.01, 0, 100, 'GPU_UTIL', 'GPU_UTIL_RATIO'),
  board(metrics.memoryUtil, 0.01, 0, 100, 'MEM_COPY_UTIL'),
  board(metrics.encoderUtil, 0.01, 0, 100, 'ENC_UTIL'),
  board(metrics.decoderUtil, 0.01, 0, 100, 'DEC_UTIL'),
  counter(metrics.graphicsActive, 'GR_ENGINE_ACTIVE', 'GR_ENGINE_UTIL_RATIO'),
  { ...counter(metrics.smActive, 'SM_ACTIVE', 'SM_UTIL_RATIO'), notByDefault: true },
  { ...counter(metrics.occupancy, 'SM_OCCUPANCY', 'SM_OCCUPANCY_RATIO'), notByDefault: true },
  counter(metrics.tensorActive, 'PIPE_TENSOR_ACTIVE', 'TENSOR_UTIL_RATIO'),
  counter(metrics.dramActive, 'DRAM_ACTIVE', 'DRAM_UTIL_RATIO'),
  { ...counter(metrics.fp64Active, 'PIPE_FP64_ACTIVE', 'FP64_UTIL_RATIO'), notByDefault: true },
  { ...counter(metrics.fp32Active, 'PIPE_FP32_ACTIVE', 'FP32_UTIL_RATIO'), notByDefault: true },
  { ...counter(metrics.fp16Active, 'PIPE_FP16_ACTIVE', 'FP16_UTIL_RATIO'), notByDefault: true },
  { ...counter(metrics.integerActive, 'PIPE_INT_ACTIVE', 'INT_UTIL_RATIO'), notByDefault: true },
  rate(metrics.pcieTransmitBytesPerSecond, 'PCIE_TX_BYTES', false),
  rate(metrics.pcieReceiveBytesPerSecond, 'PCIE_RX_BYTES', false),
  rate(metrics.nvlinkTransmitBytesPerSecond, 'NVLINK_TX_BYTES', true),
  rate(metrics.nvlinkReceiveBytesPerSecond, 'NVLINK_RX_BYTES', true),
  { ...board(metrics.memoryUsedBytes, mebibyte, 0, mostMebibytes, 'FB_USED'), kind: 'memory' },
  { ...board(metrics.memoryTotalBytes, mebibyte, 1, mostMebibytes, 'FB_TOTAL'), kind: 'memory' },
  board(metrics.powerWatts, 1, 0, mostWatts, 'POWER_USAGE', 'BOARD_POWER_WATTS'),
  board(metrics.powerLimitWatts, 1, 0, mostWatts, 'ENFORCED_POWER_LIMIT', 'BOARD_POWER_LIMIT_ENFORCED_WATTS'),
  board(metrics.energyJoules, 1e-3, 0, belowBlank, 'TOTAL_ENERGY_CONSUMPTION'),
  board(metrics.smClockMegahertz, 1, 0, mostMegahertz, 'SM_CLOCK'),
  board(metrics.memoryClockMegahertz, 1, 0, mostMegahertz, 'MEM_CLOCK'),
  board(metrics.smClockMaxMegahertz, 1, 0, mostMegahertz, 'MAX_SM_CLOCK'),
  board(metrics.memoryClockMaxMegahertz, 1, 0, mostMegahertz, 'MAX_MEM_CLOCK'),
  board(metrics.throttleReasons, 1, 0, mostCount, 'CLOCK_THROTTLE_REASONS', 'CLOCKS_EVENT_REASONS'),
  board(metrics.temperatureCelsius, 1, 0, mostCelsius, 'GPU_TEMP', 'GPU_TEMP_CELSIUS'),
  board(metrics.memoryTemperatureCelsius, 1, 0, mostCelsius, 'MEMORY_TEMP', 'MEMORY_TEMP_CELSIUS'),
  // Fans may run above what is called full speed, says nvml.h.
  board(metrics.fanSpeed, 0.01, 0, 200, 'FAN_SPEED'),
  board(metrics.pcieGeneration, 1, 1, 16, 'PCIE_LINK_GEN'),
  board(metrics.pcieWidth, 1, 1, 64, 'PCIE_LINK_WIDTH'),
  board(metrics.eccCorrectedErrors, 1, 0, mostCount, 'ECC_SBE_VOL_TOTAL'),
  board(metrics.eccUncorrectedErrors, 1, 0, mostCount, 'ECC_DBE_VOL_TOTAL'),
  // The number of the last error; 0 says that there was none.
  board(metrics.xid, 1, 0, 100_000, 'XID_ERRORS', 'XID_ERROR'),
];

function board(
  metric: string,
  scale: number,
  least: number,
  most: number,
  name: string,
  ...others: readonly string[]
): DcgmField {
  const names = [`DCGM_FI_DEV_${name}`, ...others.map((other) => `DCGM_FI_DEV_${other}`)] as const;
  return {
    metric,
    names: [names[0], ...names.slice(1)],
    scale,
    least,
    most,
    kind: 'board',
    notByDefault: false,
  };
}

function counter(metric: string, name: string, renamed: string): DcgmField {
  const names: DcgmField['names'] = [`DCGM_FI_PROF_${name}`, `DCGM_FI_PROF_${renamed}`];
  return { metric, names, scale: 1, least: 0, most: 1, kind: 'counter', notByDefault: false };
}

function rate(metric: string, name: string, notByDefault: boolean): DcgmField {
  return {
    metric,
    names: [`DCGM_FI_PROF_${name}`],
    scale: 1,
    least: 0,
    most: belowBlank,
    kind: 'counter',
    notByDefault,
  };
}
