import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { planFile } from '../../analysis/bench/plan.ts';
import type { DetailsAsked } from '../../analysis/details.ts';
import type { Snapshot } from '../../analysis/snapshot.ts';
import { WarpwatchError } from '../../model/errors.ts';
import { type Plain, type Signal, type WatchEnd, watch } from '../watch.ts';
import type { GroupOrder } from './messages.ts';
import { type TrainingRun, titleOf } from './plan.ts';
import { type BenchRunEnd, type BenchRunning, type StartTraining, startRun } from './run.ts';

/** What trains the replicas of a run. */
export interface Hosts {
  readonly start: StartTraining;
  /** Why no run can follow the last one; null where one can. */
  whyOver(): string | null;
}

export interface BenchRequest extends Hosts {
  /** Where the plan is and the recordings go. */
  readonly directory: string;
  readonly command: readonly string[];
  readonly runs: readonly TrainingRun[];
  readonly rounds: number;
  /** What the replicas of a run are told, but for the directory of its recording. */
  order(run: TrainingRun): Omit<GroupOrder, 'directory'>;
  readonly plain: Plain | undefined;
  /** Called before the end where a call into a driver has not come back. */
  readonly withHangingCall: () => void;
}

export interface BenchEnd {
  /** The signal that ended it, or null. */
  readonly signal: Signal | null;
  /** Whether a run failed. */
  readonly failed: boolean;
  /** Sentences that a person should know, each once. */
  readonly notes: readonly string[];
}

/**
 * Runs what is planned, one after the other, and shows it, until the end, `q` or a signal. A run that fails is told and does not
 * keep the others from running.
 * @throws WarpwatchError where the first run cannot begin; what was made is taken away then
 */
export async function runBench(request: BenchRequest): Promise<BenchEnd> {
  const { plain } = request;
  const sequence = new Sequence(request);
  const ran = sequence.run();
  // Whoever awaits it below tells why it failed; until then the watch ends by it.
  ran.catch(() => undefined);
  let watched: WatchEnd;
  try {
    watched = await watch({ poll: (asked) => sequence.poll(asked), ...(plain ? { plain } : {}) });
    if (watched.why !== 'ended') sequence.stop();
  } catch (error) {
    sequence.stop();
    await ran;
    throw error;
  }
  const ends = await ran;
  if (ends.some(({ hangs }) => hangs)) request.withHangingCall();
  return {
    signal: watched.signal,
    failed: ends.some(({ outcome }) => outcome === 'failed'),
    notes: [...new Set(ends.flatMap(({ notes }) => notes))],
  };
}

/** The runs of a plan as one thing to look at and to stop. */
class Sequence {
  readonly #request: BenchRequest;
  #current: BenchRunning;
  #stopped = false;
  #over: 'ended' | 'failed' | null = null;

  /** Starts the first run. */
  constructor(request: BenchRequest) {
    this.#request = request;
    this.#current = this.#start(0);
  }

  /** @throws WarpwatchError where the first run cannot begin, or the recording of another cannot be made */
  async run(): Promise<readonly BenchRunEnd[]> {
    const ends: BenchRunEnd[] = [];
    try {
      for (const [at, run] of this.#request.runs.entries()) {
        if (at > 0) this.#current = this.#start(at);
        const end = await this.#current.ended;
        if (at === 0 && end.failure?.begun === false) throw this.#cannotBegin(run, end);
        const told = end.message === '' ? [] : [`${run.label}, round ${run.round}: ${end.message}`];
        const isLast = at === this.#request.runs.length - 1;
        const over = this.#stopped || isLast ? null : this.#request.whyOver();
        ends.push({ ...end, notes: [...told, ...end.notes, ...(over === null ? [] : [over])] });
        if (this.#stopped || over !== null) break;
      }
      this.#over = 'ended';
      return ends;
    } catch (error) {
      this.#over = 'failed';
      throw error;
    }
  }

  poll(asked?: DetailsAsked): Snapshot {
    const snapshot = this.#current.poll(asked);
    // The end of one run is not that of all.
    return { ...snapshot, state: this.#over ?? (snapshot.state === 'starting' ? 'starting' : 'running') };
  }

  stop(): void {
    this.#stopped = true;
    this.#current.stop();
  }

  #start(at: number): BenchRunning {
    const { directory, command, runs, rounds, order, start } = this.#request;
    const run = runs[at];
    if (run === undefined) throw new RangeError(`there is no run ${at}`);
    return startRun({
      title: titleOf(runs, at, rounds),
      command,
      order: { ...order(run), directory: join(directory, run.recording) },
      start,
    });
  }

  #cannotBegin(run: TrainingRun, { message, failure }: BenchRunEnd): WarpwatchError {
    const { directory } = this.#request;
    rmSync(join(directory, run.recording), { recursive: true, force: true });
    rmSync(join(directory, planFile), { force: true });
    return new WarpwatchError(failure?.code ?? 'child-failed', message);
  }
}
