import { metrics } from '../../src/model/series.ts';
import type { DeviceCalls } from './calls.ts';
import { FigureReader } from './figure-reader.ts';
import { figures, memory, type Tier } from './figures.ts';
import { type GpmPlace, GpmReader } from './gpm.ts';
import { gpmMetrics } from './gpm-metrics.ts';
import type { ProcessNames } from './process-names.ts';
import { ProcessReader, type ProcessReading } from './processes.ts';
import { noValue, type Reading } from './reading.ts';
import { XidEvents } from './xid-events.ts';

/** What a look at a device brought. */
export interface DeviceReadings {
  readonly readings: readonly Reading[];
  /** Null where this look did not ask for them. */
  readonly processes: ProcessReading | null;
  /** Numbers of errors that happened since the last look. */
  readonly xids: readonly number[];
}

/** Every figure that a device may have, by name and source. */
export const allFigures: readonly Pick<Reading, 'metric' | 'from'>[] = [
  ...figures.flatMap(({ metrics: names }) => names.map((metric) => ({ metric, from: 'nvml' as const }))),
  ...[metrics.processMemoryBytes, metrics.processUtil].map((metric) => ({ metric, from: 'nvml' as const })),
  ...gpmMetrics.map(({ metric }) => ({ metric, from: 'nvml.gpm' as const })),
];

export interface ReadDevice {
  readonly calls: DeviceCalls;
  readonly handle: bigint;
  readonly driver: string;
  readonly names: ProcessNames;
  readonly gpm: GpmPlace;
  /** Id of the GPU where this is a MIG device of it. */
  readonly migOf?: string;
}

/** Reads one device, a GPU or a MIG device: everything that is due, one call after another. */
export class DeviceReader {
  readonly #device: ReadDevice;
  readonly #figures: readonly FigureReader[];
  readonly #gpm: GpmReader;
  readonly #processes: ProcessReader;
  readonly #events: XidEvents;
  /** Where MIG is on, processes and counters are those of its MIG devices. */
  readonly #isDivided: boolean;

  constructor(device: ReadDevice, isDivided = false) {
    const { calls, driver, names, migOf } = device;
    this.#device = device;
    this.#isDivided = isDivided;
    const rows = migOf === undefined ? figures : [memory];
    this.#figures = rows.map((row) => new FigureReader(row, calls, driver));
    this.#gpm = new GpmReader(device.gpm, driver, isDivided ? dividedGpu : undefined);
    const noUtil = migOf === undefined ? '' : 'The driver gives no shares of processes while MIG is on.';
    this.#processes = new ProcessReader(calls, driver, names, noUtil);
    this.#events = new XidEvents(driver);
  }

  /** Whether the counters need a second look before they have a value or a reason. */
  get waiting(): boolean {
    return this.#gpm.waiting;
  }

  async read(due: ReadonlySet<Tier>): Promise<DeviceReadings> {
    const { calls, handle, migOf } = this.#device;
    const readings: Reading[] = [];
    const nowMs = performance.now();
    for (const figure of this.#figures) {
      if (calls.lost) break;
      if (due.has(figure.tier)) readings.push(...(await figure.read(calls, handle, nowMs)));
    }
    if (migOf !== undefined) readings.push(...figuresOfTheWhole(migOf));
    if (calls.lost) return { readings, processes: null, xids: [] };
    readings.push(...(await this.#gpm.read(calls)));
    if (!due.has('second') || calls.lost) return { readings, processes: null, xids: [] };
    const xids = migOf === undefined ? await this.#events.read(calls, handle) : [];
    if (typeof xids === 'string') readings.push(noValue(metrics.xid, xids));
    return {
      readings,
      processes: this.#isDivided ? null : await this.#processes.read(calls, handle),
      xids: typeof xids === 'string' ? [] : xids,
    };
  }

  /** The counters alone. */
  async readCounters(): Promise<DeviceReadings> {
    return { readings: await this.#gpm.read(this.#device.calls), processes: null, xids: [] };
  }

  /** After a time without answers: nothing that was remembered holds any more. */
  restart(): void {
    for (const figure of this.#figures) figure.restart();
    this.#gpm.restart();
  }

  /** Gives back what the driver holds for this reader. */
  async free(): Promise<void> {
    await this.#gpm.free(this.#device.calls);
    await this.#events.free(this.#device.calls);
  }
}

const dividedGpu = 'While MIG is on this GPU has no counters as a whole; see those of its MIG devices.';
const ownFigures: ReadonlySet<string> = new Set(memory.metrics);

/** What the driver gives for a whole GPU alone. */
function figuresOfTheWhole(gpu: string): readonly Reading[] {
  return figures
    .flatMap(({ metrics: names }) => names)
    .filter((metric) => !ownFigures.has(metric))
    .map((metric) =>
      noValue(
        metric,
        metric === metrics.util || metric === metrics.memoryUtil
          ? `The driver gives no ${metric} for MIG devices; smActive says how much of it is in use.`
          : `The driver gives this for the whole GPU alone, not for a MIG device: see ${gpu}.`,
      ),
    );
}
