import type { Measured } from '../../model/measured.ts';
import type { ModeName, Straggler, TransportName } from '../../model/parallel.ts';
import type { HostInfo } from '../../model/timeline.ts';
import type { WorkloadInfo } from '../../model/training.ts';
import type { Ratio, Seconds } from '../../model/units.ts';

/** `warpwatch bench --json`, the contract that scripts rely on; more keys may come, these stay. */
export interface BenchResult {
  readonly schema: 'warpwatch.bench/1';
  /** Where the recordings are; null where nothing was run, as in a simulation. */
  readonly source: { readonly path: string } | null;
  /** True where no figure is measured: everything then is worked out from a model of the machine. */
  readonly simulated: boolean;
  readonly host: HostInfo | null;
  readonly workload: WorkloadInfo | null;
  readonly settings: BenchSettings;
  /** A row for each mode and number of replicas: medians over its rounds. One replica alone has the mode `single`. */
  readonly runs: readonly BenchRun[];
  readonly verdict: Verdict;
  /** There where `simulated`. */
  readonly simulation?: Simulation;
  /** Sentences that a person should know: warnings, what could not be measured. */
  readonly notes: readonly string[];
}

/** What a simulation started from and what it says. */
export interface Simulation {
  readonly assumptions: readonly {
    readonly name: string;
    readonly value: string;
    /** `given`, `default`, or the recording that it was taken from. */
    readonly from: string;
  }[];
  /** Sentences: where sync stops scaling, what async buys. */
  readonly answers: readonly string[];
}

export interface BenchSettings {
  readonly transport: TransportName;
  /** Steps of each replica, in modes without lockstep on average. */
  readonly steps: number;
  /** Of them the first, which no rate counts. */
  readonly warmUpSteps: number;
  readonly rounds: number;
  readonly stragglers: readonly Straggler[];
}

/** A figure over rounds: the median, and the ends of its 95 % confidence interval where there are enough rounds to tell. */
export type Spread =
  | {
      readonly value: number;
      readonly low: number | null;
      readonly high: number | null;
      readonly from: string;
    }
  | { readonly value: null; readonly why: string };

export interface BenchRun {
  /** Short and unlike every other run's, such as `sync, 2 replicas`, or a command. */
  readonly label: string;
  /** `command` where a program was run that is not ours. */
  readonly mode: ModeName | 'command';
  readonly replicas: number;
  /** Of the mode, in words. */
  readonly modeSettings: string;
  /** All replicas together, in the stretch in which all of them train. */
  readonly samplesPerSecond: Spread;
  /** Samples a second over `replicas` times those of one replica alone, of the same round. */
  readonly efficiency: Spread;
  /**
   * Shares of the time of steps, all replicas together; they add up to 1. Of a command, shares of the time from a device's first
   * kernel to its last; what is left is without kernels.
   */
  readonly shares: {
    readonly compute: Spread;
    readonly wait: Spread;
    readonly communicate: Spread;
    /** Computing that was put in on purpose; a part of `compute`. */
    readonly slowed: Spread;
  };
  readonly stepSeconds: Spread;
  readonly staleness: Staleness;
  readonly loss: { readonly final: Spread; readonly curve: readonly CurvePoint[] };
  readonly accuracy: {
    readonly final: Spread;
    /** At the time, and at the number of samples, that every run came to. */
    readonly atEqualSeconds: Spread;
    readonly atEqualSamples: Spread;
    readonly curve: readonly CurvePoint[];
  };
  readonly perReplica: readonly ReplicaRow[];
  readonly rounds: readonly RoundRow[];
  /** There where the mode is `command`. */
  readonly program?: ProgramFigures;
}

/** What is measured of a program beside the figures of all runs, since few programs tell their samples. */
export interface ProgramFigures {
  readonly command: readonly string[];
  /** From its start to its end. */
  readonly seconds: Spread;
  /** All ranks together. */
  readonly stepsPerSecond: Spread;
  /** Means over the devices that ran its kernels, from the first kernel to the last. */
  readonly util: Spread;
  readonly smActive: Spread;
}

/** Of all updates of all rounds; `mean` null with its reason where the mode knows none. */
export interface Staleness {
  readonly mean: Measured;
  readonly p50: Measured;
  readonly p95: Measured;
  readonly max: Measured;
  /** By staleness, ascending. */
  readonly histogram: readonly { readonly staleness: number; readonly updates: number }[];
}

/** The mean over rounds of a figure after so many seconds of training and so many samples of all replicas. */
export interface CurvePoint {
  readonly seconds: Seconds;
  /** Null where a program does not tell them. */
  readonly samples: number | null;
  readonly value: number;
}

/** Medians over rounds of one replica. */
export interface ReplicaRow {
  readonly replica: number;
  readonly device: string;
  readonly steps: number;
  readonly samplesPerSecond: Measured;
  readonly compute: Measured<Ratio>;
  readonly wait: Measured<Ratio>;
  readonly communicate: Measured<Ratio>;
  /** Whether the others wait for it. */
  readonly straggler: boolean;
}

export interface RoundRow {
  /** From 1. */
  readonly round: number;
  /** Within the source. */
  readonly recording: string;
  readonly outcome: 'ended' | 'failed' | 'stopped' | 'running';
  /** What went wrong, such as a replica that died; '' where nothing did. */
  readonly message: string;
  readonly samplesPerSecond: Measured;
  readonly efficiency: Measured;
  readonly seconds: Measured<Seconds>;
  /** Null where a program does not tell them. */
  readonly samples: number | null;
  readonly finalLoss: Measured;
  readonly accuracy: Measured<Ratio>;
  /** CRC-32 of the parameters at the end, by replica; null where it was not told. */
  readonly parameterChecksums: readonly (number | null)[];
  readonly parameterNorms: readonly (number | null)[];
}

export interface Verdict {
  /** The comparison in one sentence; says so where the difference is within the noise. */
  readonly sentence: string;
  readonly comparisons: readonly Comparison[];
}

/** The last two of commands that do not tell samples: of seconds less is better. */
export type ComparedFigure =
  | 'samplesPerSecond'
  | 'accuracyAtEqualSeconds'
  | 'accuracyAtEqualSamples'
  | 'stepsPerSecond'
  | 'programSeconds';

/** Two runs in one figure, round by round. */
export interface Comparison {
  readonly replicas: number;
  readonly figure: ComparedFigure;
  /** Labels of two runs. */
  readonly a: string;
  readonly b: string;
  /** a over b, geometric mean over rounds, with the ends of its 95 % confidence interval; of accuracies a minus b. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Whether the interval leaves out "no difference". */
  readonly beyondNoise: boolean;
  readonly sentence: string;
}
