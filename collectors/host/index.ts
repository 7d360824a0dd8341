import { cpus } from 'node:os';
import { messageOf } from '../../src/model/errors.ts';
import { metrics } from '../../src/model/series.ts';
import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import { repeat } from '../repeat.ts';
import { SampledMetrics } from '../sampled-metrics.ts';
import { busyShare, usedMemory } from './host-figures.ts';

const defaultIntervalMs = 500;
/** systeminformation starts other programs for the temperature, and waits for them; it changes slowly. */
const temperatureIntervalMs = 10_000;
const firstTemperatureMs = 300;

export interface HostCollector {
  /** Ends the sampling; the writer stays open. */
  stop(): void;
}

type SystemInformation = typeof import('systeminformation');

/**
 * Samples this machine's CPU, memory and temperature into a stream. What the platform does not tell is written as
 * absent, with the reason. Memory and temperature come from systeminformation. CPU times come from Node's own
 * `os.cpus()`: systeminformation reads the same, and on Linux starts three programs a call beside it and blocks until
 * they are done (`npm run bench host`).
 * @param device id of the CPU device that the figures belong to
 */
export async function startHostCollector(
  writer: StreamWriter,
  device: string,
  intervalMs = defaultIntervalMs,
): Promise<HostCollector> {
  const system = (await import('systeminformation')).default;
  const series = new SampledMetrics(writer, device, 'host');
  const load = repeat(intervalMs, intervalMs, loadSampler(system, series), warn);
  const temperature = repeat(
    firstTemperatureMs,
    temperatureIntervalMs,
    () => sampleTemperature(system, series),
    warn,
  );
  return {
    stop: () => {
      load.stop();
      temperature.stop();
    },
  };
}

function loadSampler(system: SystemInformation, series: SampledMetrics): () => Promise<void> {
  let before = coreTimes();
  return async () => {
    const after = coreTimes();
    series.put(metrics.util, busyShare(before, after), 'This platform does not tell how busy its cores are.');
    before = after;
    const memory = await system.mem();
    series.put(
      metrics.memoryUsedBytes,
      usedMemory(memory),
      'This platform does not tell how much memory is free.',
    );
  };
}

function coreTimes(): ReturnType<typeof cpus>[number]['times'][] {
  return cpus().map(({ times }) => times);
}

async function sampleTemperature(system: SystemInformation, series: SampledMetrics): Promise<void> {
  if (series.isAbsent(metrics.temperatureCelsius)) return;
  const { main } = await system.cpuTemperature();
  series.put(
    metrics.temperatureCelsius,
    main > 0 ? main : null,
    'This machine shows no CPU temperature; virtual machines rarely do.',
  );
}

function warn(error: unknown): void {
  process.emitWarning(`the host collector failed once: ${messageOf(error)}`);
}
