import type { Device } from '../src/model/device.ts';
import type { Measured } from '../src/model/measured.ts';
import type { Seconds } from '../src/model/units.ts';
import type { StreamWriter } from '../src/recording/stream-writer.ts';

/** What a person may set about the sources; each has its default where it is not given. */
export interface CollectorSettings {
  /** URL or file of a dcgm-exporter page. */
  readonly dcgm?: string;
}

/** A source of truth that is asked again and again while something runs. */
export interface Collector {
  /** Names the source in `from` and on screen: `nvml`, `nvidia-smi`, `dcgm`. Also the name of its stream. */
  readonly id: string;
  /** What it gives, in a few words for people. */
  readonly gives: string;
  /** Id of the source that it stands in for: it is started only where that one does not work. */
  readonly insteadOf?: string;
  /** Its GPUs may be those of another machine. */
  readonly mayBeElsewhere?: true;
  /** Tries the source now, within a few seconds, and tells what was seen. Never throws. */
  examine(settings: CollectorSettings): Promise<SourceReport>;
  /**
   * Begins to sample. Never throws: a source that cannot be had is told as such in the result, and written as absent
   * (`metrics.gpus`, no device).
   */
  start(sampling: Sampling): Promise<RunningCollector>;
}

/** Where a collector's figures go, and how often. */
export interface Sampling {
  readonly writer: StreamWriter;
  readonly intervalMs: number;
  readonly settings: CollectorSettings;
  /** Id of the device that another source has found with this UUID, or null. */
  deviceOf(uuid: string): string | null;
}

export interface RunningCollector {
  /** Whether the source answered. One that does not may be asked again by the collector itself. */
  readonly works: boolean;
  /** Why it does not work and what to do; '' where it works. */
  readonly why: string;
  /** How long its last look took. */
  readonly lookSeconds: Measured<Seconds>;
  /** Nobody asked for the source and it is not there: it is not looked for again. */
  readonly unused?: true;
  /** The first whole look, in which each figure has a value or a reason. */
  readonly firstLook: Promise<void>;
  /** Ends the sampling; the writer stays open. Never waits for a call that hangs. */
  stop(): Promise<void>;
  /** Whether a call of the source has not come back: Node would wait for it at the end of the process. */
  readonly hangs: boolean;
}

/** A source, tried just now. */
export interface SourceReport {
  readonly id: string;
  readonly works: boolean;
  readonly gives: string;
  /** What was seen, or why it does not work and what to do. */
  readonly detail: string;
  readonly devices: readonly ExaminedDevice[];
  /** A call of the source has not come back: Node would wait for it at the end of the process. */
  readonly hangs?: boolean;
}

/** A device as one source sees it. */
export interface ExaminedDevice {
  readonly device: Device;
  /** What does not change or is of interest to a doctor, by name, such as `driver`: '550.54.15'. */
  readonly properties: Readonly<Record<string, string>>;
  /** What it gives for this device, by the names of metrics. */
  readonly gives: readonly string[];
  /** What it cannot give, and why. */
  readonly lacks: readonly { readonly metric: string; readonly why: string }[];
}
