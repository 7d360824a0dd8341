import type { MetricsMoment } from './moment.ts';

/** What a metric counts in: its place in a Prometheus name, and OpenTelemetry's word (UCUM). */
export const metricUnits = {
  ratio: { suffix: 'ratio', ucum: '1' },
  bytes: { suffix: 'bytes', ucum: 'By' },
  bytesPerSecond: { suffix: 'bytes_per_second', ucum: 'By/s' },
  flopsPerSecond: { suffix: 'per_second', ucum: '{FLOP}/s' },
  samplesPerSecond: { suffix: 'per_second', ucum: '{sample}/s' },
  watts: { suffix: 'watts', ucum: 'W' },
  joules: { suffix: 'joules', ucum: 'J' },
  hertz: { suffix: 'hertz', ucum: 'Hz' },
  celsius: { suffix: 'celsius', ucum: 'Cel' },
  seconds: { suffix: 'seconds', ucum: 's' },
  // Not `1`, which Prometheus takes for a ratio.
  count: { suffix: '', ucum: '' },
} as const;
export type MetricUnit = keyof typeof metricUnits;

export type LabelName =
  | 'host'
  | 'gpu'
  | 'uuid'
  | 'model'
  | 'mig'
  | 'source'
  | 'run'
  | 'workload'
  | 'rank'
  | 'backend'
  | 'data'
  | 'synthetic'
  | 'mode'
  | 'category'
  | 'finding'
  | 'severity'
  | 'version';
/** A label whose value is unknown is left out. */
export type Labels = Readonly<Partial<Record<LabelName, string>>>;

export interface MetricSample {
  readonly labels: Labels;
  readonly value: number;
}

/** One metric: a row of the table in `families.ts`. */
export interface MetricFamily {
  /** Subject and what of it, such as `gpu.sm_active`; without unit and type, which `names.ts` adds. */
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly unit: MetricUnit;
  /** What it is and where it is from, in one sentence. */
  readonly help: string;
  /** Those that its samples may have. */
  readonly labels: readonly LabelName[];
  /** A value that is no number is the news; of other families it is none. */
  readonly mayBeNaN?: true;
  /** What is known at a moment: unknown values have no sample. Labels may be as others wrote them. */
  samples(moment: MetricsMoment): readonly MetricSample[];
}
