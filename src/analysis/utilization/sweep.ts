import type { Nanoseconds } from '../../model/units.ts';
import { forEachRecorded } from '../recorded.ts';
import { copyDirections } from './copies.ts';
import { GapLedger } from './gaps.ts';
import { type LaunchColumns, work, workClasses } from './launch-columns.ts';
import { RunningSet } from './running.ts';
import { Spans } from './spans.ts';

/** What a sweep is given beside the executions. */
export interface SweepPlan {
  readonly columns: LaunchColumns;
  /** Streaming multiprocessors; NaN where unknown. */
  readonly smCount: number;
  /** Stretches to take figures within as well, ascending and apart: the steps. */
  readonly steps: Spans;
  /** Kernel time within the steps is added here, one entry a launch. */
  readonly stepLaunchNs: Float64Array;
  /** Number of executions whose calls are known. */
  readonly calls: number;
  /** Keep the busy stretches and the host-bound gaps, to say what the host did in between. */
  readonly keepSpans: boolean;
  /** Stretches in which executions were recorded, ascending and apart; null where throughout. */
  readonly recorded: Spans | null;
}

/**
 * Goes once over the executions of one device, in the order of their starts, and adds up what runs together. Exact
 * in whole nanoseconds. Time between two events is constant in what runs, so it is entered when the next one comes.
 */
export class DeviceSweep {
  count = 0;
  windowStartNs: Nanoseconds = Number.NaN;
  windowEndNs: Nanoseconds = Number.NaN;
  /** Gaps, or parts of them, in which nobody recorded: whether anything ran then is not known. */
  unrecordedNs: Nanoseconds = 0;
  kernelBusyNs: Nanoseconds = 0;
  /** At least one kernel that computes runs. */
  computeNs: Nanoseconds = 0;
  communicationNs: Nanoseconds = 0;
  /** Communication while a computing kernel runs too. */
  hiddenNs: Nanoseconds = 0;
  /** ∫ min(SMs, Σ blocks of running kernels) dt. */
  filledNs = 0;
  stepKernelBusyNs: Nanoseconds = 0;
  stepFilledNs = 0;
  /** Length of all steps. */
  readonly stepsNs: Nanoseconds;
  /** Time of copies while a kernel runs too, summed over copies, by direction. */
  readonly copyHiddenNs = new Float64Array(copyDirections.length);
  /** Σ of the waits within the window between call and start. */
  queuedNs = 0;
  readonly delaysNs: Float64Array;
  delays = 0;
  readonly gaps: GapLedger;
  readonly busy: Spans | null;
  readonly #plan: SweepPlan;
  readonly #running = new RunningSet();
  readonly #runs = new Int32Array(workClasses);
  #kernels = 0;
  #copies = 0;
  #blocks = 0;
  #nowNs: Nanoseconds = Number.NEGATIVE_INFINITY;
  #busyFromNs: Nanoseconds = 0;
  #inStep = false;
  #step = 0;
  #nextBoundaryNs: Nanoseconds;
  #kernelStep = 0;

  constructor(plan: SweepPlan) {
    this.#plan = plan;
    this.delaysNs = new Float64Array(plan.calls);
    this.gaps = new GapLedger(plan.keepSpans);
    this.busy = plan.keepSpans ? new Spans() : null;
    this.stepsNs = plan.steps.totalNs();
    this.#nextBoundaryNs =
      plan.steps.count > 0 ? (plan.steps.startNs[0] as number) : Number.POSITIVE_INFINITY;
  }

  /** Length of the window, less what was not recorded. */
  get recordedNs(): Nanoseconds {
    return this.windowEndNs - this.windowStartNs - this.unrecordedNs;
  }

  /**
   * The next execution; starts ascend. `callNs` is NaN where the call is not known.
   * An execution of no length fills nothing, but it ends a gap as any other does.
   */
  add(
    startNs: Nanoseconds,
    durationNs: Nanoseconds,
    launch: number,
    callNs: Nanoseconds,
    thread: number,
  ): void {
    if (this.count++ === 0) this.#begin(startNs);
    const running = this.#running;
    while (running.size > 0 && running.nextEndNs <= startNs) this.#end();
    if (startNs > this.#nowNs) {
      if (running.size === 0) {
        this.#openGap(startNs, callNs, thread);
        if (this.busy !== null) this.#keepBusy(startNs);
      }
      this.#advance(startNs);
    } else {
      this.gaps.alsoStarts(startNs, callNs, thread);
    }
    if (!Number.isNaN(callNs)) this.#called(startNs, callNs);
    if (durationNs > 0) this.#start(startNs, startNs + durationNs, launch);
  }

  /** Ends what still runs; nothing may be added after. */
  finish(): void {
    while (this.#running.size > 0) this.#end();
    this.gaps.close();
    if (this.count === 0) return;
    this.windowEndNs = this.#nowNs;
    if (this.busy !== null) this.#keepBusy(this.#nowNs);
  }

  /** From where the device stands to the next execution. Where nobody recorded there is no gap, and a gap ends there. */
  #openGap(endNs: Nanoseconds, callNs: Nanoseconds, thread: number): void {
    const { recorded } = this.#plan;
    if (recorded === null) {
      this.gaps.open(this.#nowNs, endNs, callNs, thread);
      return;
    }
    this.unrecordedNs += endNs - this.#nowNs;
    forEachRecorded(recorded, { startNs: this.#nowNs, endNs }, (from, to) => {
      this.unrecordedNs -= to - from;
      this.gaps.open(from, to, to === endNs ? callNs : Number.NaN, thread);
    });
  }

  #begin(startNs: Nanoseconds): void {
    this.windowStartNs = startNs;
    this.#busyFromNs = startNs;
    // Steps before the first execution are passed over with nothing running.
    this.#advance(startNs);
  }

  #start(startNs: Nanoseconds, endNs: Nanoseconds, launch: number): void {
    const { columns, steps } = this.#plan;
    const kind = columns.work[launch] as number;
    this.#runs[kind] = (this.#runs[kind] as number) + 1;
    if (kind <= work.communication) {
      this.#kernels++;
      this.#blocks += columns.blocks[launch] as number;
      if (steps.count > 0) this.#withinSteps(startNs, endNs, launch);
    } else if (kind >= work.firstCopy) {
      this.#copies++;
    }
    this.#running.push(endNs, launch);
  }

  #end(): void {
    const { columns } = this.#plan;
    this.#advance(this.#running.nextEndNs);
    const launch = this.#running.pop();
    const kind = columns.work[launch] as number;
    this.#runs[kind] = (this.#runs[kind] as number) - 1;
    if (kind <= work.communication) {
      this.#kernels--;
      this.#blocks -= columns.blocks[launch] as number;
    } else if (kind >= work.firstCopy) {
      this.#copies--;
    }
  }

  #called(startNs: Nanoseconds, callNs: Nanoseconds): void {
    const delayNs = startNs - callNs;
    this.delaysNs[this.delays++] = delayNs > 0 ? delayNs : 0;
    if (delayNs > 0) this.queuedNs += Math.min(delayNs, startNs - this.windowStartNs);
  }

  /** Moves on to `toNs`, with a stop at each step's begin and end. */
  #advance(toNs: Nanoseconds): void {
    while (this.#nextBoundaryNs <= toNs) {
      this.#pass(this.#nextBoundaryNs);
      const { steps } = this.#plan;
      if (this.#inStep) this.#step++;
      this.#inStep = !this.#inStep;
      const next = this.#inStep ? steps.endNs[this.#step] : steps.startNs[this.#step];
      this.#nextBoundaryNs = this.#step < steps.count ? (next as number) : Number.POSITIVE_INFINITY;
    }
    this.#pass(toNs);
  }

  #pass(toNs: Nanoseconds): void {
    const passedNs = toNs - this.#nowNs;
    if (passedNs <= 0) return;
    this.#nowNs = toNs;
    if (this.#kernels === 0) return;
    const filledNs = Math.min(this.#plan.smCount, this.#blocks) * passedNs;
    this.kernelBusyNs += passedNs;
    this.filledNs += filledNs;
    if (this.#inStep) {
      this.stepKernelBusyNs += passedNs;
      this.stepFilledNs += filledNs;
    }
    if ((this.#runs[work.compute] as number) > 0) this.computeNs += passedNs;
    if ((this.#runs[work.communication] as number) > 0) {
      this.communicationNs += passedNs;
      if ((this.#runs[work.compute] as number) > 0) this.hiddenNs += passedNs;
    }
    if (this.#copies > 0) this.#hideCopies(passedNs);
  }

  #hideCopies(passedNs: Nanoseconds): void {
    for (let direction = 0; direction < this.copyHiddenNs.length; direction++) {
      const running = this.#runs[work.firstCopy + direction] as number;
      this.copyHiddenNs[direction] = (this.copyHiddenNs[direction] as number) + running * passedNs;
    }
  }

  #withinSteps(startNs: Nanoseconds, endNs: Nanoseconds, launch: number): void {
    const { steps, stepLaunchNs } = this.#plan;
    while (this.#kernelStep < steps.count && (steps.endNs[this.#kernelStep] as number) <= startNs)
      this.#kernelStep++;
    for (let at = this.#kernelStep; at < steps.count && (steps.startNs[at] as number) < endNs; at++) {
      const from = Math.max(startNs, steps.startNs[at] as number);
      const to = Math.min(endNs, steps.endNs[at] as number);
      stepLaunchNs[launch] = (stepLaunchNs[launch] as number) + to - from;
    }
  }

  /** A busy stretch ends where the device stands; the next begins at `nextNs`. */
  #keepBusy(nextNs: Nanoseconds): void {
    if (this.#nowNs > this.#busyFromNs) this.busy?.push(this.#busyFromNs, this.#nowNs);
    this.#busyFromNs = nextNs;
  }
}
