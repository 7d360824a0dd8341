import type { Measured } from '../../model/measured.ts';
import type { Report } from '../report.ts';
import { replicas } from './replicas-contract.ts';
import { workload } from './workload-contract.ts';

/** What a value of the report is: its unit decides which words a requirement may compare it with. */
export type Unit = 'ratio' | 'seconds' | 'bytes' | 'number' | 'text' | 'boolean' | 'numbers' | 'texts';

/** Anything of the report: a value, a list, an object. */
export type Shape = Unit | ListShape | ObjectShape;

/** A list; the keys are those by whose value an element can be chosen: `devices[gpu0]`. */
export interface ListShape {
  readonly each: ObjectShape | 'text';
  readonly by: readonly string[];
}

export interface ObjectShape {
  readonly fields: Readonly<Record<string, Shape>>;
}

type UnitOf<T> = [T] extends [number]
  ? 'ratio' | 'seconds' | 'bytes' | 'number'
  : [T] extends [boolean]
    ? 'boolean'
    : [T] extends [string]
      ? 'text'
      : 'number' | 'text';

/** Holds the shape to the type of the report: a field that is added there and not here does not compile. */
type ShapeOf<T> = [T] extends [Measured<infer V>]
  ? [null] extends [T]
    ? UnitOf<NonNullable<T>>
    : UnitOf<V>
  : [NonNullable<T>] extends [string | number | boolean]
    ? UnitOf<NonNullable<T>>
    : [NonNullable<T>] extends [readonly number[]]
      ? 'numbers'
      : [NonNullable<T>] extends [readonly string[]]
        ? 'texts' | { each: 'text'; by: readonly [] }
        : [NonNullable<T>] extends [readonly (infer E)[]]
          ? { readonly each: ObjectOf<E>; readonly by: readonly (keyof E & string)[] }
          : string extends keyof NonNullable<T>
            ? { readonly fields: Readonly<Record<string, 'text'>> }
            : ObjectOf<NonNullable<T>>;
type ObjectOf<T> = { readonly fields: { readonly [K in keyof T]-?: ShapeOf<T[K]> } };

const window = { fields: { startNs: 'text', endNs: 'text', seconds: 'seconds' } } as const;
const hostWork = {
  each: { fields: { name: 'text', kind: 'text', seconds: 'seconds', share: 'ratio' } },
  by: ['name'],
} as const;

const device = {
  fields: {
    id: 'text',
    name: 'text',
    vendor: 'text',
    rank: 'number',
    smCount: 'number',
    computeCapability: 'text',
    peakFlops: 'number',
    window,
    recorded: { fields: { how: 'text', windows: 'number', seconds: 'seconds' } },
    kernels: 'number',
    memcpys: 'number',
    memsets: 'number',
    kernelSeconds: 'seconds',
    util: 'ratio',
    kernelBusy: 'ratio',
    gpuBusy: 'ratio',
    smActive: 'ratio',
    occupancy: 'ratio',
    kernelOccupancy: 'ratio',
    tensorActive: 'ratio',
    dramActive: 'ratio',
    mfu: 'ratio',
    flopsPerSecond: 'number',
    peakShare: 'ratio',
    tensorKernels: 'ratio',
    communication: { fields: { seconds: 'seconds', overlap: 'ratio', exposedSeconds: 'seconds' } },
    idle: {
      fields: {
        seconds: 'seconds',
        hostBound: 'seconds',
        launchBound: 'seconds',
        other: 'seconds',
        gaps: 'number',
        longestGapSeconds: 'seconds',
        hostWork,
      },
    },
    launches: { fields: { delayP50Seconds: 'seconds', delayP95Seconds: 'seconds', queueDepth: 'number' } },
    copies: {
      each: {
        fields: {
          direction: 'text',
          count: 'number',
          seconds: 'seconds',
          bytes: 'bytes',
          bytesPerSecond: 'bytes',
          overlap: 'ratio',
        },
      },
      by: ['direction'],
    },
    categories: {
      each: { fields: { category: 'text', calls: 'number', seconds: 'seconds', share: 'ratio' } },
      by: ['category'],
    },
    gap: 'text',
  },
} as const;

const kernel = {
  fields: {
    device: 'text',
    name: 'text',
    shortName: 'text',
    category: 'text',
    calls: 'number',
    totalSeconds: 'seconds',
    meanSeconds: 'seconds',
    share: 'ratio',
    flopsPerSecond: 'number',
    peakShare: 'ratio',
    bytesPerSecond: 'bytes',
    occupancy: 'ratio',
    limitedBy: 'text',
    grid: 'numbers',
    block: 'numbers',
    registers: 'number',
    sharedBytes: 'bytes',
    wavesPerSm: 'number',
    tail: 'ratio',
    tensorCores: 'boolean',
  },
} as const;

/** The report's contract, as requirements see it. */
export const reportShape = {
  fields: {
    schema: 'text',
    source: { fields: { path: 'text', format: 'text' } },
    run: {
      fields: {
        title: 'text',
        command: 'texts',
        createdAt: 'text',
        host: {
          fields: { name: 'text', platform: 'text', cpu: 'text', cores: 'number', memoryBytes: 'bytes' },
        },
        versions: { fields: {} },
      },
    },
    window,
    devices: { each: device, by: ['id'] },
    ranks: {
      each: {
        fields: {
          rank: 'number',
          devices: 'texts',
          meanStepSeconds: 'seconds',
          computeSeconds: 'seconds',
          communicationSeconds: 'seconds',
          straggler: 'boolean',
        },
      },
      by: [],
    },
    topKernels: { each: kernel, by: ['shortName', 'name'] },
    ranges: {
      each: {
        fields: {
          name: 'text',
          calls: 'number',
          totalSeconds: 'seconds',
          meanSeconds: 'seconds',
          longestSeconds: 'seconds',
        },
      },
      by: ['name'],
    },
    steps: {
      fields: {
        count: 'number',
        meanSeconds: 'seconds',
        p50Seconds: 'seconds',
        p95Seconds: 'seconds',
        samplesPerSecond: 'number',
        why: 'text',
        util: 'ratio',
        smActive: 'ratio',
        kernelOccupancy: 'ratio',
        hostWork,
      },
    },
    phases: {
      each: {
        fields: {
          device: 'text',
          phase: 'text',
          kernels: 'number',
          kernelSeconds: 'seconds',
          share: 'ratio',
          steps: 'number',
          kernelsPerStep: 'number',
          emptyKernelsPerStep: 'number',
          kernelSecondsPerStep: 'seconds',
          flopsPerStep: 'number',
          bytesPerStep: 'bytes',
          flopsPerSecond: 'number',
          bytesPerSecond: 'bytes',
          samplesPerSecond: 'number',
        },
      },
      by: ['phase'],
    },
    replicas,
    training: {
      fields: {
        workload,
        firstLoss: 'number',
        lastLoss: 'number',
        accuracy: 'ratio',
        validationAccuracy: 'ratio',
        validationMeanAveragePrecision: 'ratio',
        validationMeanAveragePrecision50: 'ratio',
        lossParts: { each: { fields: { name: 'text', first: 'number', last: 'number' } }, by: ['name'] },
        health: {
          fields: {
            firstGradientNorm: 'number',
            lastGradientNorm: 'number',
            gradientNoise: 'number',
            noiseBatchSize: 'number',
            updateRatio: 'ratio',
            trainModeLoss: 'number',
            inferenceModeLoss: 'number',
            trainModeAccuracy: 'ratio',
            inferenceModeAccuracy: 'ratio',
            duplicateShare: 'ratio',
            repeatShare: 'ratio',
            topLabelShare: 'ratio',
            labelSignal: 'number',
            inputWaitShare: 'ratio',
            queueDepth: 'number',
            queueCapacity: 'number',
            queueEmptyShare: 'ratio',
          },
        },
        intermediateBytes: 'bytes',
        intermediateGradientBytes: 'bytes',
      },
    },
    profilerOverhead: 'ratio',
    loss: { fields: { dropped: 'number', unfinished: 'number', outOfRange: 'number' } },
    damage: { each: 'text', by: [] },
    producers: {
      each: {
        fields: {
          name: 'text',
          processId: 'number',
          program: 'text',
          rank: 'number',
          devices: 'texts',
          outcome: 'text',
          message: 'text',
        },
      },
      by: ['name'],
    },
    advice: {
      each: { fields: { id: 'text', severity: 'text', title: 'text', evidence: 'text', remedy: 'text' } },
      by: ['id'],
    },
  },
} as const satisfies ObjectOf<Report>;

/** The figures of a device, which a requirement may name bare: they must hold on every device. */
export const deviceShape: ObjectShape = device;
