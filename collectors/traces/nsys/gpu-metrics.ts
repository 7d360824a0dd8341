import type { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import { ascendingOrder, grown } from './columns.ts';
import type { TraceDatabase } from './database.ts';
import { deviceId, type Gpus } from './devices.ts';
import { textField } from './names.ts';
import type { SessionClock } from './session.ts';

/**
 * Counters that Nsight samples, by the names of its versions: "SM Active" (2022), "SMs Active [Throughput %]" (2023 on);
 * values are whole percent of what is possible. Read and written DRAM bandwidth are shares of one peak, so that their sum
 * is the share in use. "Tensor Active / FP16 Active" of Turing counts other arithmetic too and is none of these. Warps of
 * other shaders than compute are not counted: a training has none.
 */
const metrics: readonly { readonly metric: string; readonly parts: readonly RegExp[] }[] = [
  { metric: 'smActive', parts: [/^SMs? Active(?: \[Throughput %\])?$/i] },
  { metric: 'occupancy', parts: [/^Compute Warps In Flight(?: \[Throughput %\])?$/i] },
  { metric: 'tensorActive', parts: [/^Tensor Active(?: \[Throughput %\])?$/i] },
  {
    metric: 'dramActive',
    parts: [
      /^DRAM Read (?:Bandwidth|Throughput)(?: \[Throughput %\])?$/i,
      /^DRAM Write (?:Bandwidth|Throughput)(?: \[Throughput %\])?$/i,
    ],
  },
];
const from = 'nsys gpu metrics';
/** So many points of a series are kept; of more, neighbours are joined to their mean. A screen shows fewer. */
const mostPoints = 2 ** 17;
/** Five of each of the GPUs of a machine, many times over: a table with more is damaged. */
const mostCounters = 512;
/** The lowest bits of a type hold the GPU; NVIDIA's own scripts take them so. */
const gpuMask = 0xff;

/** Reads sampled counters into series of the devices. */
export function readGpuMetrics(
  database: TraceDatabase,
  timeline: TimelineBuilder,
  gpus: Gpus,
  clock: SessionClock,
): Set<number> {
  const devices = new Set<number>();
  const types: string[] = [];
  const counters = new Map<string, Samples>();
  for (const { typeId, metricId, name } of listCounters(database)) {
    if (counters.size === mostCounters) break;
    if (!metrics.some(({ parts }) => parts.some((part) => part.test(name)))) continue;
    if (!types.includes(typeId)) types.push(typeId);
    counters.set(`${types.indexOf(typeId)} ${metricId}`, new Samples(name, Number(BigInt(typeId) & 0xffn)));
  }
  if (counters.size === 0) return devices;
  // Types have up to 64 bits, which no double holds: SQLite gives each its place in the list.
  const typeIndex = (column: string): string =>
    `CASE ${column} ${types.map((type, at) => `WHEN ${type} THEN ${at}`).join(' ')} END`;
  const byMetric: Samples[][] = types.map(() => []);
  for (const [key, samples] of counters) {
    const [type = 0, metric = 0] = key.split(' ').map(Number);
    (byMetric[type] as Samples[])[metric] = samples;
  }
  database.scan(
    {
      table: 'GPU_METRICS',
      numbers: [
        clock.field('timestamp'),
        { column: 'typeId', sql: typeIndex },
        { column: 'metricId' },
        { column: 'value' },
      ],
    },
    (row) => {
      const samples = byMetric[row[1] as number]?.[row[2] as number];
      if (samples === undefined) return;
      const value = row[3] as number;
      if (clock.isMoment(row[0] as number) && value >= 0 && value <= 100)
        samples.add(row[0] as number, value / 100);
      else timeline.losses.outOfRange++;
    },
  );
  addSeries([...counters.values()], timeline, gpus, devices);
  return devices;
}

interface Counter {
  readonly typeId: string;
  readonly metricId: number;
  readonly name: string;
}

function listCounters(database: TraceDatabase): Counter[] {
  const found: Counter[] = [];
  database.scan(
    {
      table: 'TARGET_INFO_GPU_METRICS',
      numbers: [{ column: 'metricId' }],
      texts: [{ column: 'typeId', sql: (name) => `CAST(${name} AS TEXT)` }, textField('metricName')],
    },
    ([metricId = Number.NaN], [typeId, name]) => {
      const isId = metricId >= 0 && metricId < 65_536 && Number.isInteger(metricId);
      if (isId && typeof typeId === 'string' && /^\d{1,19}$/.test(typeId) && typeof name === 'string') {
        found.push({ typeId, metricId, name });
      }
    },
  );
  return found;
}

function addSeries(
  counters: readonly Samples[],
  timeline: TimelineBuilder,
  gpus: Gpus,
  devices: Set<number>,
): void {
  for (const gpu of new Set(counters.map((counter) => counter.gpu))) {
    const device = gpus.indexOfGpu(gpu);
    if (device === null) {
      timeline.damage.push(
        `The counters of GPU ${gpu} were left out: the file does not tell which CUDA device it is.`,
      );
      continue;
    }
    for (const { metric, parts } of metrics) {
      const found = parts.map((part) =>
        counters.find((counter) => counter.gpu === gpu && counter.count > 0 && part.test(counter.name)),
      );
      const [first, ...others] = found.filter((samples) => samples !== undefined);
      if (first === undefined || 1 + others.length < parts.length) continue;
      devices.add(device);
      const series = timeline.addSeries({ device: deviceId(device), metric, from });
      const rest = others.map((samples) => samples.byTime());
      for (const [timeNs, value] of first.byTime()) {
        const sum = rest.reduce((total, values) => total + (values.get(timeNs) ?? Number.NaN), value);
        if (!Number.isNaN(sum)) timeline.addSample(series, timeNs, Math.min(1, sum));
      }
    }
  }
}

/** Samples of one counter. When there are too many, neighbours become their mean, which leaves the mean of all as it is. */
class Samples {
  readonly name: string;
  readonly gpu: number;
  #timesNs = new Float64Array(1024);
  #values = new Float64Array(1024);
  count = 0;
  /** Samples in a point. */
  #stride = 1;
  #pending = 0;
  #sum = 0;

  constructor(name: string, gpu: number) {
    this.name = name;
    this.gpu = gpu & gpuMask;
  }

  add(timeNs: number, value: number): void {
    this.#sum += value;
    if (++this.#pending < this.#stride) return;
    if (this.count === mostPoints) this.#halve();
    if (this.count === this.#timesNs.length) {
      this.#timesNs = grown(this.#timesNs);
      this.#values = grown(this.#values);
    }
    this.#timesNs[this.count] = timeNs;
    this.#values[this.count++] = this.#sum / this.#pending;
    this.#pending = 0;
    this.#sum = 0;
  }

  #halve(): void {
    for (let i = 0; i < mostPoints / 2; i++) {
      this.#timesNs[i] = this.#timesNs[2 * i + 1] as number;
      this.#values[i] = ((this.#values[2 * i] as number) + (this.#values[2 * i + 1] as number)) / 2;
    }
    this.count = mostPoints / 2;
    this.#stride *= 2;
  }

  byTime(): Map<number, number> {
    const timesNs = this.#timesNs.subarray(0, this.count);
    const points = new Map<number, number>();
    for (const at of ascendingOrder(timesNs)) points.set(timesNs[at] as number, this.#values[at] as number);
    return points;
  }
}
