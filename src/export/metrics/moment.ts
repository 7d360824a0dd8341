import type { Snapshot } from '../../analysis/snapshot.ts';
import type { SourceHealth } from '../../model/source-health.ts';

/** What the metrics of one scrape are made of. */
export interface MetricsMoment {
  /** Name of this machine, as the label `host`. */
  readonly host: string;
  /** Version of warpwatch. */
  readonly version: string;
  /** The devices and the host; of a machine or of a recording. */
  readonly machine: Snapshot;
  readonly sources: readonly SourceHealth[];
  /** Programs that are being recorded: trainings, and whatever `run` watches. */
  readonly runs: readonly RunMoment[];
}

export interface RunMoment {
  /** Name of its recording's directory, as the label `run`. */
  readonly name: string;
  /** Name of the machine that it was recorded on, where that is another one. */
  readonly host?: string;
  /** With `details.ranks` and `details.replicas`. */
  readonly snapshot: Snapshot;
}

/** Whether what is looked at has a present: of a run that has ended there is what it reached, and no more. */
export function goesOn({ state }: Snapshot): boolean {
  return state === 'running' || state === 'starting';
}
