import { cpus, freemem, totalmem } from 'node:os';
import { messageOf } from '../../src/model/errors.ts';
import { metrics } from '../../src/model/series.ts';
import type { SourceHealth } from '../../src/model/source-health.ts';
import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import { repeat } from '../repeat.ts';
import { SampledMetrics } from '../sampled-metrics.ts';
import { busyShare, type MemoryAnswer, usedMemory } from './host-figures.ts';

const defaultIntervalMs = 500;
/** Long enough for a share of the clock ticks (10 ms) that Linux counts in, short enough for `top --once`. */
const firstLoadMs = 100;
/** systeminformation starts other programs for the temperature, and waits for them; it changes slowly. */
const temperatureIntervalMs = 10_000;
const firstTemperatureMs = 300;
const notYetRead =
  'The CPU temperature takes other programs and some time to read; it comes after the first moments.';

const cannotBeRead = 'The figures of this machine could not be read; the warning on stderr says why.';

export interface HostCollector {
  /** The first values are written; a share needs two readings. */
  readonly firstLook: Promise<void>;
  /** How it does now. */
  readonly health: SourceHealth;
  /** Ends the sampling; the writer stays open. */
  stop(): void;
}

type SystemInformation = typeof import('systeminformation');

/**
 * Samples this machine's CPU, memory and temperature into a stream. What the platform does not tell is written as
 * absent, with the reason. Temperature comes from systeminformation, memory too except on Linux. CPU times come from Node's own
 * `os.cpus()`: systeminformation reads the same, and on Linux starts three programs a call beside it and blocks until
 * they are done (`npm run bench host`).
 * @param device id of the CPU device that the figures belong to
 */
export function startHostCollector(
  writer: StreamWriter,
  device: string,
  intervalMs = defaultIntervalMs,
): HostCollector {
  const series = new SampledMetrics(writer, device, 'host');
  const sampleLoad = loadSampler(series);
  let seen = (): void => undefined;
  const firstLook = new Promise<void>((resolve) => {
    seen = resolve;
  });
  const load = repeat(Math.min(intervalMs, firstLoadMs), intervalMs, () => sampleLoad().finally(seen), warn);
  const temperature = repeat(firstTemperatureMs, temperatureIntervalMs, temperatureSampler(series), warn);
  return {
    firstLook,
    get health() {
      const { failed, lookSeconds } = load;
      return { id: 'host', works: !failed, why: failed ? cannotBeRead : '', lookSeconds };
    },
    stop: () => {
      load.stop();
      temperature.stop();
    },
  };
}

function loadSampler(series: SampledMetrics): () => Promise<void> {
  let before = coreTimes();
  return async () => {
    const after = coreTimes();
    series.put(metrics.util, busyShare(before, after), 'This platform does not tell how busy its cores are.');
    before = after;
    series.put(
      metrics.memoryUsedBytes,
      usedMemory(await memory()),
      'This platform does not tell how much memory is free.',
    );
  };
}

/** On Linux Node's own figures are those of the kernel (MemAvailable); elsewhere free memory means other things. */
async function memory(): Promise<MemoryAnswer> {
  if (process.platform === 'linux') return { total: totalmem(), available: freemem() };
  return (await systemInformation()).mem();
}

/** Loaded when it is first needed: it takes half as long as Node itself to start. */
async function systemInformation(): Promise<SystemInformation> {
  return (await import('systeminformation')).default;
}

function coreTimes(): ReturnType<typeof cpus>[number]['times'][] {
  return cpus().map(({ times }) => times);
}

/** Asked until it is known that there is none. */
function temperatureSampler(series: SampledMetrics): () => Promise<void> {
  let none = false;
  series.put(metrics.temperatureCelsius, null, notYetRead);
  return async () => {
    if (none) return;
    const { main } = await (await systemInformation()).cpuTemperature();
    none = !(main > 0);
    series.put(
      metrics.temperatureCelsius,
      none ? null : main,
      'This machine shows no CPU temperature; virtual machines rarely do.',
    );
  };
}

function warn(error: unknown): void {
  process.emitWarning(`the host collector failed once: ${messageOf(error)}`);
}
