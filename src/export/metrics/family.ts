import type { MetricName } from '../../model/metric-names.ts';
import type { MetricsMoment } from './moment.ts';

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
export interface MetricFamily extends MetricName {
  /** What it is and where it is from, in one sentence. */
  readonly help: string;
  /** Those that its samples may have. */
  readonly labels: readonly LabelName[];
  /** A value that is no number is the news; of other families it is none. */
  readonly mayBeNaN?: true;
  /** What is known at a moment: unknown values have no sample. Labels may be as others wrote them. */
  samples(moment: MetricsMoment): readonly MetricSample[];
}
