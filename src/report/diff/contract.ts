import type { KernelCategory } from '../../analysis/categories.ts';
import type { Measured } from '../../model/measured.ts';
import type { SourceFormat } from '../../model/timeline.ts';

/** The name and version of what `diff --json` prints; keys may be added, none is taken away. */
export const diffSchema = 'warpwatch.diff/1';

export type Verdict = 'better' | 'worse' | 'neutral' | 'not comparable';

/** What `diff --json` prints, and what its other forms are drawn from. */
export interface Diff {
  readonly schema: typeof diffSchema;
  readonly before: DiffRun;
  readonly after: DiffRun;
  readonly verdict: {
    readonly verdict: Verdict;
    /** What decided: throughput or step time; where a side has no steps, the window of equal work or the same calls. */
    readonly subject: 'samplesPerSecond' | 'stepSeconds' | 'windowSeconds' | 'workSeconds' | null;
    readonly sentence: string;
  };
  /** What figures in seconds are divided by: a step, or nothing (the whole window) where a side has no steps. */
  readonly per: 'step' | 'window';
  readonly comparability: Comparability;
  readonly models: ModelChange;
  /** Median of the steps. */
  readonly stepSeconds: Change;
  /** Median over the steps. */
  readonly samplesPerSecond: Change;
  /** First to last activity, summed over the devices. */
  readonly windowSeconds: Change;
  /** Kernel time of the work that both sides have, with as many calls as before. */
  readonly workSeconds: Change;
  /** Ratios are means over the devices, seconds are sums. */
  readonly figures: readonly FigureChange[];
  readonly categories: readonly CategoryChange[];
  /** Kernels that were matched, the largest change first. */
  readonly kernels: readonly KernelChange[];
  /** Kernels without a counterpart of the same name or short name, the longest first. */
  readonly gone: readonly LoneKernel[];
  readonly new: readonly LoneKernel[];
  /** Sentences on what the figures do not say by themselves. */
  readonly notes: readonly string[];
}

/** One of the two runs. */
export interface DiffRun {
  readonly path: string;
  readonly format: SourceFormat;
  readonly title: string;
  readonly devices: readonly { readonly id: string; readonly name: string }[];
  /** Steps that were compared; 0 where none are known. */
  readonly steps: number;
}

/** `same`: the change is within the noise. `unknown`: there is no noise to hold it against, or no value. */
export type Direction = 'better' | 'worse' | 'higher' | 'lower' | 'same' | 'unknown';

export interface Change {
  readonly before: Measured;
  readonly after: Measured;
  /** After minus before. */
  readonly change: Measured;
  /** A change of this size or less may be chance. */
  readonly noise: Measured;
  readonly direction: Direction;
  /** Before as it would be on the device of after by the peaks of both; only where the models differ. */
  readonly expected?: Measured;
}

export interface FigureChange extends Change {
  /** A path of the report's devices, such as `idle.hostBound`, or of its steps: `steps.smActive`. */
  readonly figure: string;
  readonly unit: 'ratio' | 'seconds' | 'number';
  readonly devices: readonly {
    readonly device: string;
    readonly before: Measured;
    readonly after: Measured;
  }[];
}

export interface CategoryChange extends Change {
  readonly category: KernelCategory;
  readonly callsBefore: number;
  readonly callsAfter: number;
}

/** Seconds are per step or per window, summed over the devices; calls likewise. */
export interface KernelChange extends Change {
  readonly name: string;
  readonly shortName: string;
  readonly category: KernelCategory;
  /** `category`: kernels without a namesake, all of one category together. */
  readonly matchedBy: 'name' | 'shortName' | 'category';
  readonly callsBefore: number;
  readonly callsAfter: number;
  readonly meanBeforeSeconds: number;
  readonly meanAfterSeconds: number;
  /** Part of the change that comes from the number of calls, each as long as before. */
  readonly fromCallsSeconds: number;
  /** The rest: each call is longer or shorter. */
  readonly fromDurationSeconds: number;
  /** Of the larger side's kernel time; below `mattersFrom` a change is not worth a line. */
  readonly weight: number;
  readonly devices: readonly {
    readonly before: string;
    readonly after: string;
    readonly beforeSeconds: number;
    readonly afterSeconds: number;
  }[];
}

export interface LoneKernel {
  readonly name: string;
  readonly shortName: string;
  readonly category: KernelCategory;
  readonly calls: number;
  readonly seconds: number;
}

export interface Comparability {
  /** 0..1: `mix`, times how equal the amounts of work are where no steps make up for it. */
  readonly ratio: number;
  /** Kernel time with a counterpart by name; by category it counts half. The mean of both sides. */
  readonly matched: number;
  /** The same, less what is called more or less often: per step, or beside the other kernels. Decides whether runs compare. */
  readonly mix: number;
  /** Calls of matched kernels, after over before, weighted by their time. */
  readonly work: Measured;
}

/** Whether the GPU models differ, and what times are scaled by. */
export interface ModelChange {
  readonly before: string;
  readonly after: string;
  readonly differ: boolean;
  /** Time on the device of after over time on that of before, by peaks; known only where the models differ. */
  /** For matrix kernels that use tensor cores before, by dense FP16 peaks. */
  readonly tensorFactor: Measured;
  /** For other matrix kernels, by FP32 peaks. */
  readonly plainFactor: Measured;
  /** For everything else but communication, by memory bandwidth. */
  readonly memoryFactor: Measured;
}
