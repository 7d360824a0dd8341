import type { Extent } from '../../model/activity.ts';
import type { Report } from '../report.ts';

/**
 * What the page is drawn from. `PageData` lies in the page as JSON; the executions of the timeline beside it, deflated
 * (`executions.ts`). This file and `columns.ts` run in the browser as well: nothing of Node may be in them.
 */
export const pageSchema = 'warpwatch.page/1';

/** Ids of the elements that the data lie in. */
export const dataIds = { page: 'page-data', executions: 'execution-data' } as const;

export interface PageData {
  readonly schema: typeof pageSchema;
  /** Every text in it is cleaned (`src/model/clean-text.ts`). */
  readonly report: Report;
  /** Kernels that the report does not list, for want of room, and their share of all kernel time. */
  readonly unlisted: { readonly kernels: number; readonly share: number };
  readonly timeline: TimelineData;
  readonly charts: ChartsData;
}

/** Times count from the window's start in nanoseconds. */
export interface TimelineData {
  /** Length of the window; 0 where nothing is dated. */
  readonly spanNs: number;
  readonly lanes: readonly LaneData[];
  readonly launches: LaunchTable;
  readonly steps: StepBands;
  /** Sentences on what is left out, empty where everything is there. */
  readonly omissions: readonly string[];
}

/** One stream of one device. */
export interface LaneData {
  readonly device: string;
  readonly queue: number;
  /** Executions in the whole run, and those that the page holds. */
  readonly total: number;
  readonly kept: number;
  readonly busySeconds: number;
  /** Whether most of its time is communication. */
  readonly communication: boolean;
  /** Lengths of its columns in the executions, in bytes: gaps, durations, launches. */
  readonly bytes: readonly [gaps: number, durations: number, launches: number];
  /** `overviewBuckets` bytes of how busy (0..255), then as many of the category, in base64. */
  readonly overview: string;
}

/** Resolution of a lane's overview: what is drawn before the executions are unpacked, and where some were left out. */
export const overviewBuckets = 1024;

/** Launches in columns; those that run most come first, so that their indices are short. */
export interface LaunchTable {
  readonly names: readonly string[];
  /** Index into `names`. */
  readonly name: readonly number[];
  /** Index into `laneCategories`. */
  readonly category: readonly number[];
  /** Index into the report's `topKernels`, or -1. */
  readonly kernel: readonly number[];
  readonly shape: readonly (ShapeData | null)[];
  /** Theoretical occupancy, 0..1; null where unknown. */
  readonly occupancy: readonly (number | null)[];
}

export interface ShapeData {
  readonly grid: Extent;
  readonly block: Extent;
  /** Null where the source tells grid and block alone. */
  readonly registers: number | null;
  readonly sharedBytes: number | null;
}

/** What the boxes of the timeline are coloured by: the categories of kernels, and copies and sets. */
export const laneCategories = [
  'gemm',
  'convolution',
  'attention',
  'normalisation',
  'elementwise',
  'reduction',
  'copy',
  'communication',
  'optimizer',
  'other',
  'memcpy',
  'memset',
] as const;
export type LaneCategory = (typeof laneCategories)[number];

export interface StepBands {
  readonly number: readonly number[];
  readonly startNs: readonly number[];
  readonly endNs: readonly number[];
}

export interface ChartsData {
  readonly devices: readonly DeviceChart[];
  /** Sampled figures and those of steps, such as loss and samplesPerSecond. */
  readonly series: readonly SeriesChart[];
  /** Sentences on what is left out. */
  readonly omissions: readonly string[];
}

/** Figures of a device in equal stretches of the window; null where a figure is unknown. */
export interface DeviceChart {
  readonly device: string;
  readonly bucketSeconds: number;
  readonly kernelBusy: readonly (number | null)[];
  readonly gpuBusy: readonly (number | null)[];
  readonly smActive: readonly (number | null)[];
  readonly kernelOccupancy: readonly (number | null)[];
}

export interface SeriesChart {
  readonly device: string | null;
  readonly metric: string;
  readonly from: string;
  /** Seconds since the window's start. */
  readonly seconds: readonly number[];
  /** Null stands for NaN and infinite values. */
  readonly values: readonly (number | null)[];
  readonly notFinite: number;
}
