import { messageOf } from '../../src/model/errors.ts';
import { metrics } from '../../src/model/series.ts';
import type { SeriesId, StreamWriter } from '../../src/recording/stream-writer.ts';
import { toHostFigures } from './host-figures.ts';

const source = 'host';
const defaultIntervalMs = 500;
/** Asking for the temperature starts other programs (5 ms of CPU a call), and it changes slowly. */
const temperatureIntervalMs = 10_000;

export interface HostCollector {
  /** Ends the sampling; the writer stays open. */
  stop(): void;
}

type SystemInformation = typeof import('systeminformation');

/**
 * Samples this machine's CPU, memory and temperature into a stream, through systeminformation. What the platform
 * does not tell is written as absent, with the reason.
 * @param device id of the CPU device that the figures belong to
 */
export async function startHostCollector(
  writer: StreamWriter,
  device: string,
  intervalMs = defaultIntervalMs,
): Promise<HostCollector> {
  const system = (await import('systeminformation')).default;
  const series = new SampledMetrics(writer, device);
  // The first answer covers the time since boot: it only sets the start of the second.
  await system.currentLoad().catch(() => undefined);
  const timers = [
    repeat(intervalMs, () => sampleLoad(system, series)),
    repeat(temperatureIntervalMs, () => sampleTemperature(system, series)),
  ];
  await sampleTemperature(system, series);
  return { stop: () => timers.forEach(clearInterval) };
}

async function sampleLoad(system: SystemInformation, series: SampledMetrics): Promise<void> {
  const [load, memory] = await Promise.all([system.currentLoad(), system.mem()]);
  const figures = toHostFigures({
    currentLoad: load.currentLoad,
    memoryTotalBytes: memory.total,
    memoryAvailableBytes: memory.available,
  });
  series.put(metrics.util, figures.util, 'This platform does not tell how busy its CPU is.');
  series.put(
    metrics.memoryUsedBytes,
    figures.memoryUsedBytes,
    'This platform does not tell how much memory is free.',
  );
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

/** Runs a question again and again, never twice at once: a slow answer delays the next instead of piling up. */
function repeat(intervalMs: number, ask: () => Promise<void>): NodeJS.Timeout {
  let asking = false;
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    ask()
      .catch((error) => process.emitWarning(`the host collector failed once: ${messageOf(error)}`))
      .finally(() => {
        asking = false;
      });
  }, intervalMs);
  return timer.unref();
}

/** The series of one device, each defined when its first value comes. */
class SampledMetrics {
  readonly #writer: StreamWriter;
  readonly #device: string;
  readonly #series = new Map<string, SeriesId>();
  readonly #absent = new Set<string>();

  constructor(writer: StreamWriter, device: string) {
    this.#writer = writer;
    this.#device = device;
  }

  isAbsent(metric: string): boolean {
    return this.#absent.has(metric);
  }

  put(metric: string, value: number | null, why: string): void {
    if (value !== null) this.#sample(metric, value);
    else if (!this.#absent.has(metric)) {
      this.#absent.add(metric);
      this.#writer.absent({ device: this.#device, metric, why });
    }
  }

  #sample(metric: string, value: number): void {
    this.#absent.delete(metric);
    let id = this.#series.get(metric);
    if (id === undefined) {
      id = this.#writer.defineSeries({ device: this.#device, metric, from: source });
      this.#series.set(metric, id);
    }
    this.#writer.sample(id, this.#writer.now(), value);
  }
}
