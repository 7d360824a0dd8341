import type { ActivityBlock, SummaryBlock } from '../model/timeline.ts';

/** A block whose launches are the timeline's; `unknown` executions are left out, since nothing defines their launch. */
export interface Translated<Block> {
  readonly block: Block;
  readonly unknown: number;
}

/** The timeline's indices for the launch ids of a stream, which count up without gaps. */
export class LaunchIds {
  readonly #indices: number[] = [];

  get length(): number {
    return this.#indices.length;
  }

  push(index: number): void {
    this.#indices.push(index);
  }

  /** In place, since blocks are many; only one with an unknown launch is copied. */
  translate(block: ActivityBlock): Translated<ActivityBlock> {
    const firstUnknown = this.#replace(block.launch);
    if (firstUnknown === block.count) return { block, unknown: 0 };
    const kept = this.#replaceRest(block.launch, firstUnknown);
    return {
      block: {
        count: kept.length,
        startNs: pick(block.startNs, kept),
        durationNs: pick(block.durationNs, kept),
        launch: Uint32Array.from(kept, (i) => block.launch[i] as number),
        queue: Uint32Array.from(kept, (i) => block.queue[i] as number),
      },
      unknown: block.count - kept.length,
    };
  }

  /** The same for sums; `unknown` counts the executions that are summed. */
  translateSummary(block: SummaryBlock): Translated<SummaryBlock> {
    const firstUnknown = this.#replace(block.launch);
    if (firstUnknown === block.count) return { block, unknown: 0 };
    const kept = this.#replaceRest(block.launch, firstUnknown);
    const executions = Uint32Array.from(kept, (i) => block.executions[i] as number);
    const sum = (counts: Uint32Array) => counts.reduce((all, count) => all + count, 0);
    return {
      block: {
        count: kept.length,
        startNs: pick(block.startNs, kept),
        durationNs: pick(block.durationNs, kept),
        launch: Uint32Array.from(kept, (i) => block.launch[i] as number),
        executions,
        totalNs: pick(block.totalNs, kept),
        longestNs: pick(block.longestNs, kept),
      },
      unknown: sum(block.executions) - sum(executions),
    };
  }

  /** Replaces ids by indices up to the first that is unknown; returns its place, or the length where there is none. */
  #replace(ids: Uint32Array): number {
    const indices = this.#indices;
    const known = indices.length;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      if (id >= known) return i;
      ids[i] = indices[id] as number;
    }
    return ids.length;
  }

  /** Goes on from the first unknown id; returns the places of all that are known. */
  #replaceRest(ids: Uint32Array, from: number): number[] {
    const kept = Array.from({ length: from }, (_, i) => i);
    for (let i = from; i < ids.length; i++) {
      const index = this.#indices[ids[i] as number];
      if (index === undefined) continue;
      ids[i] = index;
      kept.push(i);
    }
    return kept;
  }
}

function pick(values: Float64Array, places: readonly number[]): Float64Array {
  return Float64Array.from(places, (i) => values[i] as number);
}
