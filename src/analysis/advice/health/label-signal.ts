import { healthMetrics } from '../../../model/health.ts';
import type { Timeline } from '../../../model/timeline.ts';
import { upperF } from '../../f-statistic.ts';
import { finiteOf, valuesOf } from './figures.ts';

/** What is known of how the inputs depend on the labels. */
export interface LabelSignal {
  /** The F statistic over the samples so far. */
  readonly value: number;
  /** What it stays under, 99 times of 100, where the inputs do not depend on the labels. */
  readonly limit: number;
  /** Degrees of freedom between and within the classes. */
  readonly between: number;
  readonly within: number;
  /** Whether labels are those of objects in the inputs. */
  readonly ofObjects: boolean;
}

/** 99 of 100 of a normal distribution are under it: shuffled labels are called learnable once in a hundred runs. */
const quantile = 2.326;
/** Fewer samples than this many for each class say little of the class. */
const samplesPerClass = 3;

/** Null where nobody reports the statistic, `few` where classes or samples do not suffice to judge it. */
export function labelSignal(timeline: Timeline): LabelSignal | 'few' | null {
  const value = finiteOf(valuesOf(timeline, healthMetrics.labelSignal).slice(-10)).at(-1);
  if (value === undefined) return null;
  const { workload, steps } = timeline;
  const classes = workload?.classes ?? 0;
  const objects = finiteOf(valuesOf(timeline, healthMetrics.labelSignalSamples).slice(-10)).at(-1);
  const samples = objects ?? steps.length * (workload?.batchSize ?? 0);
  if (classes < 2 || samples < samplesPerClass * classes) return 'few';
  const [between, within] = [classes - 1, samples - classes];
  const limit = upperF(quantile, between, within);
  return Number.isNaN(limit) ? 'few' : { value, limit, between, within, ofObjects: objects !== undefined };
}

/** As evidence says it. */
export function signalText({ value, limit, between, within, ofObjects }: LabelSignal): string {
  const of = ofObjects ? 'what is in the boxes' : 'coarse features';
  return `The F statistic of ${of} over the labels is ${value.toFixed(2)}; where inputs do not depend on labels it stays under ${limit.toFixed(2)} (99 times of 100, ${between} and ${within} degrees of freedom)`;
}
