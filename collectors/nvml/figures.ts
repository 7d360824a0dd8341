import { metrics } from '../../src/model/series.ts';
import type { DeviceCalls } from './calls.ts';
import { aValue, inRange, noValue, outOfRange, type Range, type Reading } from './reading.ts';
import { returnCodes } from './return-codes.ts';
import type { NvmlFunction } from './signatures.ts';

/**
 * How often a figure is read: with each tick, at most once a second, or every five seconds. A call costs some 25 µs,
 * mostly for the way to another thread and back (`npm run bench telemetry`), so only what moves fast is asked with each tick.
 */
export type Tier = 'tick' | 'second' | 'rarely';

/** One way to ask for a figure, or for several that come together. */
export interface Question {
  readonly name: NvmlFunction;
  ask(calls: DeviceCalls, handle: bigint): Promise<number>;
  /** The answer, out of `calls.view`. */
  read(view: DataView): readonly Reading[];
}

export interface Figures {
  readonly metrics: readonly string[];
  readonly tier: Tier;
  /** The newest form first; the first that the driver has is taken. */
  readonly questions: readonly Question[];
  /** What to say where the driver does not support it, if there is more to say than that. */
  readonly unsupported?: string;
}

const percent: Range = { least: 0, most: 100 };
const anyCount: Range = { least: 0, most: Number.MAX_SAFE_INTEGER };
/** Far above what is built, and below the all-ones that stand for unknown. */
const milliwatts: Range = { least: 0, most: 20_000_000 };
const megahertz: Range = { least: 0, most: 50_000 };
const celsius: Range = { least: 0, most: 200 };
/** Fans may run above what is called full speed, says nvml.h. */
const fanPercent: Range = { least: 0, most: 200 };
const linkGeneration: Range = { least: 1, most: 16 };
const linkWidth: Range = { least: 1, most: 64 };

/** nvmlClockType_t, nvmlTemperatureSensors_t, nvmlMemoryErrorType_t, nvmlEccCounterType_t and a field id of nvml.h. */
const clock = { sm: 1, memory: 2 } as const;
const sensorGpu = 0;
const eccError = { corrected: 0, uncorrected: 1 } as const;
const eccVolatile = 0;
const fieldMemoryTemperature = 82;

/** nvmlMemory_v2_t: 40 bytes, version 2; nvmlTemperature_t: 12 bytes, version 1. The size is in the version's number. */
const memoryV2Version = 40 | (2 << 24);
const temperatureVersion = 12 | (1 << 24);

export const utilization: Figures = {
  metrics: [metrics.util, metrics.memoryUtil],
  tier: 'tick',
  questions: [
    {
      name: 'nvmlDeviceGetUtilizationRates',
      ask: (calls, handle) => calls.call('nvmlDeviceGetUtilizationRates', handle, calls.out),
      read: (view) => [
        inRange(metrics.util, view.getUint32(0, true), 100, percent),
        inRange(metrics.memoryUtil, view.getUint32(4, true), 100, percent),
      ],
    },
  ],
};

export const memory: Figures = {
  metrics: [metrics.memoryUsedBytes, metrics.memoryTotalBytes],
  tier: 'tick',
  questions: [
    {
      name: 'nvmlDeviceGetMemoryInfo_v2',
      ask: (calls, handle) => {
        calls.view.setUint32(0, memoryV2Version, true);
        return calls.call('nvmlDeviceGetMemoryInfo_v2', handle, calls.out);
      },
      read: (view) => memoryReadings(u64(view, 32), u64(view, 8)),
    },
    {
      name: 'nvmlDeviceGetMemoryInfo',
      ask: (calls, handle) => calls.call('nvmlDeviceGetMemoryInfo', handle, calls.out),
      read: (view) => memoryReadings(u64(view, 16), u64(view, 0)),
    },
  ],
};

const temperature: Figures = {
  metrics: [metrics.temperatureCelsius],
  tier: 'second',
  questions: [
    {
      name: 'nvmlDeviceGetTemperature',
      ask: (calls, handle) => calls.call('nvmlDeviceGetTemperature', handle, sensorGpu, calls.out),
      read: (view) => [inRange(metrics.temperatureCelsius, view.getUint32(0, true), 1, celsius)],
    },
    {
      name: 'nvmlDeviceGetTemperatureV',
      ask: (calls, handle) => {
        calls.view.setUint32(0, temperatureVersion, true);
        calls.view.setUint32(4, sensorGpu, true);
        return calls.call('nvmlDeviceGetTemperatureV', handle, calls.out);
      },
      read: (view) => [inRange(metrics.temperatureCelsius, view.getInt32(8, true), 1, celsius)],
    },
  ],
};

const memoryTemperature: Figures = {
  metrics: [metrics.memoryTemperatureCelsius],
  tier: 'second',
  questions: [
    {
      name: 'nvmlDeviceGetFieldValues',
      ask: async (calls, handle) => {
        calls.out.fill(0, 0, 40);
        calls.view.setUint32(0, fieldMemoryTemperature, true);
        const code = await calls.call('nvmlDeviceGetFieldValues', handle, 1, calls.out);
        // nvmlFieldValue_t carries a code of its own.
        return code === returnCodes.success ? calls.view.getInt32(28, true) : code;
      },
      read: (view) => [inRange(metrics.memoryTemperatureCelsius, view.getUint32(32, true), 1, celsius)],
    },
  ],
  unsupported: 'This GPU has no sensor in its memory that the driver tells of.',
};

/** All that one call gives, of a whole GPU. */
export const figures: readonly Figures[] = [
  utilization,
  memory,
  number(metrics.powerWatts, 'tick', 'nvmlDeviceGetPowerUsage', 1000, milliwatts),
  number(metrics.smClockMegahertz, 'tick', 'nvmlDeviceGetClockInfo', 1, megahertz, [clock.sm]),
  number(metrics.memoryClockMegahertz, 'second', 'nvmlDeviceGetClockInfo', 1, megahertz, [clock.memory]),
  {
    metrics: [metrics.throttleReasons],
    tier: 'second',
    questions: [
      bits('nvmlDeviceGetCurrentClocksEventReasons'),
      bits('nvmlDeviceGetCurrentClocksThrottleReasons'),
    ],
  },
  temperature,
  number(metrics.encoderUtil, 'second', 'nvmlDeviceGetEncoderUtilization', 100, percent, [], 'timed'),
  number(metrics.decoderUtil, 'second', 'nvmlDeviceGetDecoderUtilization', 100, percent, [], 'timed'),
  {
    ...number(metrics.fanSpeed, 'second', 'nvmlDeviceGetFanSpeed', 100, fanPercent),
    unsupported: 'This GPU has no fan of its own that the driver tells of.',
  },
  number(metrics.energyJoules, 'second', 'nvmlDeviceGetTotalEnergyConsumption', 1000, anyCount, [], 'u64'),
  number(metrics.pcieGeneration, 'rarely', 'nvmlDeviceGetCurrPcieLinkGeneration', 1, linkGeneration),
  number(metrics.pcieWidth, 'rarely', 'nvmlDeviceGetCurrPcieLinkWidth', 1, linkWidth),
  number(metrics.powerLimitWatts, 'rarely', 'nvmlDeviceGetEnforcedPowerLimit', 1000, milliwatts),
  ecc(metrics.eccCorrectedErrors, eccError.corrected),
  ecc(metrics.eccUncorrectedErrors, eccError.uncorrected),
  memoryTemperature,
  number(metrics.smClockMaxMegahertz, 'rarely', 'nvmlDeviceGetMaxClockInfo', 1, megahertz, [clock.sm]),
  number(metrics.memoryClockMaxMegahertz, 'rarely', 'nvmlDeviceGetMaxClockInfo', 1, megahertz, [
    clock.memory,
  ]),
];

/** A function that writes one number, `unit` times the figure. `timed`: and after it the time that it is over, which is not kept. */
function number(
  metric: string,
  tier: Tier,
  name: NvmlFunction,
  unit: number,
  range: Range,
  before: readonly number[] = [],
  form: 'u32' | 'u64' | 'timed' = 'u32',
): Figures {
  const question: Question = {
    name,
    ask: (calls, handle) =>
      form === 'timed'
        ? calls.call(name, handle, ...before, calls.out, calls.secondOut)
        : calls.call(name, handle, ...before, calls.out),
    read: (view) => [inRange(metric, form === 'u64' ? u64(view, 0) : view.getUint32(0, true), unit, range)],
  };
  return { metrics: [metric], tier, questions: [question] };
}

function bits(name: NvmlFunction): Question {
  return {
    name,
    ask: (calls, handle) => calls.call(name, handle, calls.out),
    read: (view) => [inRange(metrics.throttleReasons, u64(view, 0), 1, anyCount)],
  };
}

function ecc(metric: string, error: number): Figures {
  return {
    ...number(metric, 'rarely', 'nvmlDeviceGetTotalEccErrors', 1, anyCount, [error, eccVolatile], 'u64'),
    unsupported: 'This GPU has no error-correcting memory, or it is switched off.',
  };
}

function memoryReadings(used: number, total: number): readonly Reading[] {
  return [
    used <= total
      ? aValue(metrics.memoryUsedBytes, used)
      : noValue(metrics.memoryUsedBytes, outOfRange(metrics.memoryUsedBytes, used)),
    inRange(metrics.memoryTotalBytes, total, 1, { least: 1, most: anyCount.most }),
  ];
}

/** Above 2^53 the nearest double, which no range here allows. */
function u64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}
