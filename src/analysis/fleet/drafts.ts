import { type Known, known } from '../../model/measured.ts';
import type { Finding } from '../advice/finding.ts';
import { type DeviceFigure, distrust, figureNames } from '../device-figures.ts';
import type { TrainingMetric } from './training-metrics.ts';

/** Programs whose metrics are read, by trust. */
export const exporterIds = ['warpwatch', 'dcgm-exporter', 'nvidia_gpu_exporter'] as const;
export type ExporterId = (typeof exporterIds)[number];

export type MemoryPart = 'used' | 'free' | 'reserved';

/** What an answer tells of one GPU, as it is put together. */
export interface DeviceDraft {
  /** As told, such as `GPU-…`; '' where it is not. */
  readonly uuid: string;
  /** Number of the GPU, or an id of its own; '' where it is not told. */
  gpu: string;
  /** Of a MIG device what tells it apart; '' for a whole GPU. */
  readonly mig: string;
  /** Profile of a MIG device; ''. */
  profile: string;
  model: string;
  computeCapability: string;
  /** Whether its exporter says that it does not answer. */
  gone: boolean;
  /** Whether its clocks are held down, where it is told by that alone; null. */
  throttled: boolean | null;
  readonly figures: Partial<Record<DeviceFigure, Known<number>>>;
  /** In bytes, where the whole is not told. */
  readonly memory: Partial<Record<MemoryPart, number>>;
}

/** What an answer tells of one address that is scraped, as it is put together. */
export interface TargetDraft {
  readonly key: TargetKey;
  readonly exporters: Set<ExporterId>;
  /** By what tells GPUs apart within the target. */
  readonly devices: Map<string, DeviceDraft>;
  /** Figures of the machine. */
  readonly host: { cpuUtil?: Known<number>; memoryUsedBytes?: Known<number>; memoryTotalBytes?: number };
  /** By what is found in which run. */
  readonly findings: Map<string, Finding>;
  /** Sources of figures that give none. */
  readonly deadSources: Set<string>;
  /** Trainings by their run. */
  readonly trainings: Map<string, TrainingDraft>;
  /** By run; '' of the machine itself. */
  readonly lostRecords: Map<string, number>;
}

/** Labels that tell one scraped address from the others; '' where there is none. */
export interface TargetKey {
  /** What holds the metrics of several clusters may hold their other labels twice. */
  readonly cluster: string;
  readonly job: string;
  readonly instance: string;
  readonly host: string;
  readonly hostname: string;
  readonly node: string;
}

/** What is told of a training; ranks tell each their own. */
export interface TrainingDraft {
  readonly run: string;
  workload: string;
  backend: string;
  data: string;
  synthetic: boolean;
  /** By rank; '' of a training as a whole. What is scraped twice is told once. */
  readonly values: Map<TrainingMetric, Map<string, number>>;
}

/** More GPUs of one address are a mistake, or an attack. */
export const mostDevices = 64;

export function newDevice(uuid: string, gpu: string, mig: string): DeviceDraft {
  return {
    uuid,
    gpu,
    mig,
    profile: '',
    model: '',
    computeCapability: '',
    gone: false,
    throttled: null,
    figures: {},
    memory: {},
  };
}

export function newTarget(key: TargetKey): TargetDraft {
  return {
    key,
    exporters: new Set(),
    devices: new Map(),
    host: {},
    findings: new Map(),
    deadSources: new Set(),
    trainings: new Map(),
    lostRecords: new Map(),
  };
}

/** Keeps a figure, unless a more trusted source has told it. */
export function offer(device: DeviceDraft, figure: DeviceFigure, value: number, from: string): void {
  const before = device.figures[figure];
  if (before === undefined || distrust(figure, from) < distrust(figure, before.from)) {
    device.figures[figure] = known(value, from);
  }
}

/** Adds a part of the memory; with one missing the whole would be too small. */
export function addMemory(device: DeviceDraft, part: MemoryPart, bytes: number, from: string): void {
  device.memory[part] = bytes;
  const { used, free, reserved } = device.memory;
  if (used === undefined || free === undefined || reserved === undefined) return;
  offer(device, 'memoryTotalBytes', used + free + reserved, from);
}

/** Takes over what another draft of the same GPU tells. */
export function absorb(device: DeviceDraft, other: DeviceDraft): void {
  device.gpu ||= other.gpu;
  device.model ||= other.model;
  device.computeCapability ||= other.computeCapability;
  device.gone ||= other.gone;
  device.throttled ??= other.throttled;
  for (const figure of figureNames) {
    const told = other.figures[figure];
    if (told !== undefined) offer(device, figure, told.value, told.from);
  }
}
