import type { ActivityBlock, Timeline } from '../../model/timeline.ts';
import type { Step } from '../../model/training.ts';
import type { Nanoseconds } from '../../model/units.ts';
import { Spans } from './spans.ts';

/** The steps of one rank (null: of a run without ranks), each with the device work that it called for. */
export interface RankSteps {
  readonly rank: number | null;
  /** As the host took them, or extended to their device work where calls are recorded. In order of their starts. */
  readonly steps: readonly Step[];
  readonly extended: boolean;
  /** The same stretches, none overlapping another. */
  readonly spans: Spans;
}

/**
 * The steps of each rank, the lowest first. Where the source tells which step called for which execution, a step is
 * extended as tb_plugin (PyTorch's profiler for TensorBoard) does it: it ends when the host has left it and all device
 * work called for within it has ended, and it starts no earlier than the step before it ends. Work called for before
 * the first step delays that step's start, at most to its own first execution.
 */
export function rankSteps(timeline: Timeline): RankSteps[] {
  const byRank = new Map<number | null, Step[]>();
  for (const step of timeline.steps) {
    const rank = step.rank ?? null;
    const own = byRank.get(rank);
    if (own) own.push(step);
    else byRank.set(rank, [step]);
  }
  return [...byRank]
    .sort(([a], [b]) => (a ?? -1) - (b ?? -1))
    .map(([rank, own]) => {
      const steps = [...own].sort((a, b) => a.startNs - b.startNs);
      const extension = new Extension(steps);
      extendBy(timeline, rank, extension);
      const extended = extension.called ? extension.steps() : steps;
      return { rank, steps: extended, extended: extension.called, spans: apart(extended) };
    });
}

function extendBy(timeline: Timeline, rank: number | null, extension: Extension): void {
  const devices = rank === null ? null : timeline.ranks.find((known) => known.rank === rank)?.devices;
  const wanted = Uint8Array.from(timeline.launches, ({ device }) =>
    devices === null || devices?.includes(device) ? 1 : 0,
  );
  for (const block of timeline.activity) extension.addBlock(block, wanted);
}

/** Finds the end of the device work of each step. */
class Extension {
  called = false;
  readonly #steps: readonly Step[];
  readonly #startNs: Float64Array;
  readonly #workEndNs: Float64Array;
  #firstWorkNs = Number.POSITIVE_INFINITY;
  #earlierEndNs = Number.NEGATIVE_INFINITY;
  #at = 0;

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
    this.#startNs = Float64Array.from(steps, ({ startNs }) => startNs);
    this.#workEndNs = new Float64Array(steps.length).fill(Number.NEGATIVE_INFINITY);
  }

  addBlock({ count, startNs, durationNs, launch, calls }: ActivityBlock, wanted: Uint8Array): void {
    if (calls === undefined || this.#steps.length === 0) return;
    for (let i = 0; i < count; i++) {
      const callNs = calls.startNs[i] as number;
      if (Number.isNaN(callNs) || wanted[launch[i] as number] !== 1) continue;
      this.called = true;
      const start = startNs[i] as number;
      this.#add(callNs, start, start + (durationNs[i] as number));
    }
  }

  #add(callNs: Nanoseconds, startNs: Nanoseconds, endNs: Nanoseconds): void {
    const at = this.#find(callNs);
    if (at < 0) {
      this.#earlierEndNs = Math.max(this.#earlierEndNs, endNs);
      return;
    }
    if (callNs >= (this.#steps[at] as Step).endNs) return;
    if (endNs > (this.#workEndNs[at] as number)) this.#workEndNs[at] = endNs;
    if (at === 0 && startNs < this.#firstWorkNs) this.#firstWorkNs = startNs;
  }

  /** The last step that starts at or before a moment; -1 before the first. Calls ascend as a rule, so it is near. */
  #find(callNs: Nanoseconds): number {
    const starts = this.#startNs;
    const after = starts[this.#at + 1] ?? Number.POSITIVE_INFINITY;
    if ((starts[this.#at] as number) <= callNs && callNs < after) return this.#at;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as number) <= callNs) low = middle + 1;
      else high = middle;
    }
    this.#at = Math.max(0, low - 1);
    return low - 1;
  }

  steps(): Step[] {
    const earlierNs = Math.min(this.#earlierEndNs, this.#firstWorkNs);
    let previousEndNs = Number.isFinite(this.#firstWorkNs) ? earlierNs : Number.NEGATIVE_INFINITY;
    return this.#steps.map((step, at) => {
      const startNs = Math.max(previousEndNs, step.startNs);
      const endNs = Math.max(startNs, step.endNs, this.#workEndNs[at] as number);
      previousEndNs = endNs;
      return { ...step, startNs, endNs };
    });
  }
}

/** Steps of a training follow each other; where a source has them overlap, the later one gives way. */
function apart(steps: readonly Step[]): Spans {
  const spans = new Spans();
  let lastEndNs = Number.NEGATIVE_INFINITY;
  for (const { startNs, endNs } of steps) {
    const from = Math.max(startNs, lastEndNs);
    if (endNs <= from) continue;
    spans.push(from, endNs);
    lastEndNs = endNs;
  }
  return spans;
}
