import { messageOf, WarpwatchError } from '../../src/model/errors.ts';
import { metrics } from '../../src/model/series.ts';
import type { SeriesId, StreamWriter } from '../../src/recording/stream-writer.ts';
import type { RunningCollector, Sampling } from '../collector.ts';
import { notYet, repeat } from '../repeat.ts';
import { SampledMetrics } from '../sampled-metrics.ts';
import { devicesOf, type SeenDevice } from './devices.ts';
import { type DcgmReport, parseDcgm } from './parse.ts';
import { readPage } from './read-page.ts';

/** How often and how long, in milliseconds; tests hurry. */
export interface DcgmTiming {
  readonly deadlineMs: number;
  /** The exporter reads its counters every 30 s, or as often as it was told: more often is of no use. */
  readonly leastIntervalMs: number;
}

export const defaultTiming: DcgmTiming = { deadlineMs: 3000, leastIntervalMs: 1000 };

/** Where a page is looked for; `asked` says that a person gave the place. */
export interface Place {
  readonly place: string;
  readonly asked: boolean;
}

/** Reads a page that has at least one GPU. */
export async function readReport(place: string, deadlineMs: number): Promise<DcgmReport> {
  const report = parseDcgm(await readPage(place, deadlineMs));
  if (report.devices.length > 0) return report;
  throw new WarpwatchError(
    'bad-data',
    `${place} holds no DCGM_FI_… line with a GPU; give the address of dcgm-exporter.`,
  );
}

/** Samples a page; one that nobody asked for is tried once. See `Collector.start`. */
export async function startDcgm(
  sampling: Sampling,
  { place, asked }: Place,
  timing: DcgmTiming,
): Promise<RunningCollector> {
  const { writer } = sampling;
  const logs = new Map<string, DeviceLog>();
  let why = '';
  let stopped = false;

  const take = (report: DcgmReport): void => {
    why = '';
    if (report.outOfRange > 0) {
      writer.lost('outOfRange', report.outOfRange, 'Values of dcgm-exporter that cannot be.');
    }
    const damaged = report.damagedLines + (report.cut ? 1 : 0);
    if (damaged > 0) writer.lost('unfinished', damaged, 'Lines of dcgm-exporter that could not be read.');
    for (const seen of devicesOf(report.devices, place, (uuid) => sampling.deviceOf(uuid))) {
      let log = logs.get(seen.device.id);
      if (log === undefined) {
        log = new DeviceLog(writer, seen);
        logs.set(seen.device.id, log);
        if (!seen.joined) writer.device(seen.device);
      }
      log.write(seen);
    }
  };
  const fail = (reason: string): void => {
    if (reason !== why && asked) writer.absent({ device: null, metric: metrics.gpus, why: reason });
    why = reason;
    for (const log of logs.values()) log.withoutFigures(reason);
  };
  const look = async (): Promise<void> => {
    try {
      const report = await readReport(place, timing.deadlineMs);
      if (!stopped) take(report);
    } catch (error) {
      if (!stopped) fail(messageOf(error));
    }
  };

  await look();
  const intervalMs = Math.max(sampling.intervalMs, timing.leastIntervalMs);
  const ticks =
    why === '' || asked
      ? repeat(intervalMs, intervalMs, look, (error) =>
          process.emitWarning(`the DCGM collector failed once: ${messageOf(error)}`),
        )
      : undefined;
  return {
    get works() {
      return why === '';
    },
    get why() {
      return why;
    },
    get lookSeconds() {
      return ticks?.lookSeconds ?? notYet;
    },
    ...(ticks === undefined ? { unused: true } : {}),
    firstLook: Promise.resolve(),
    hangs: false,
    stop: async () => {
      stopped = true;
      ticks?.stop();
    },
  };
}

/** What was written of one device. */
class DeviceLog {
  readonly #writer: StreamWriter;
  readonly #device: string;
  readonly #sampled: SampledMetrics;
  readonly #given = new Set<string>();
  #xid: { readonly series: SeriesId | null; readonly last: number } | null = null;

  constructor(writer: StreamWriter, { device }: SeenDevice) {
    this.#writer = writer;
    this.#device = device.id;
    this.#sampled = new SampledMetrics(writer, device.id, 'dcgm');
  }

  write({ figures, joined }: SeenDevice): void {
    for (const { metric, value, why, field } of figures) {
      if (metric === metrics.xid) {
        if (value !== null) this.#writeXid(value);
      } else if (value !== null) {
        this.#given.add(metric);
        this.#sampled.put(metric, value, '');
      } else if (!joined || field.kind === 'counter' || this.#given.has(metric)) {
        // Of a GPU that others give as well, only the counters are this source's to explain.
        this.#sampled.put(metric, null, why);
      }
    }
  }

  withoutFigures(why: string): void {
    for (const metric of this.#given) this.#sampled.put(metric, null, why);
  }

  /** The page holds the last error for ever: only a change is an event, and the first number is of an unknown time. */
  #writeXid(value: number): void {
    const before = this.#xid;
    let series = before?.series ?? null;
    if (before !== null && value !== before.last && value !== 0) {
      series ??= this.#writer.defineSeries({ device: this.#device, metric: metrics.xid, from: 'dcgm' });
      this.#writer.sample(series, this.#writer.now(), value);
    }
    this.#xid = { series, last: value };
  }
}
