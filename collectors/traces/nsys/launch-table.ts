import type { ActivityKind, Launch } from '../../../src/model/activity.ts';
import type { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';

/** Gives executions that were launched the same way one launch, told apart by numbers alone. */
export class LaunchTable {
  readonly #timeline: TimelineBuilder;
  readonly #byHash = new Map<number, { readonly key: Float64Array; readonly index: number }[]>();
  #last: { readonly key: Float64Array; readonly index: number } | null = null;

  constructor(timeline: TimelineBuilder) {
    this.#timeline = timeline;
  }

  /**
   * Index of the launch in the timeline.
   * @param key everything that makes one launch another; NaN counts as a value
   * @param describe makes the launch when it is new
   */
  indexOf(key: Float64Array, describe: () => Launch): number {
    if (this.#last !== null && same(this.#last.key, key)) return this.#last.index;
    const hash = hashOf(key);
    const candidates = this.#byHash.get(hash);
    let found = candidates?.find((candidate) => same(candidate.key, key));
    if (found === undefined) {
      found = { key: key.slice(), index: this.#timeline.addLaunch(describe()) };
      if (candidates) candidates.push(found);
      else this.#byHash.set(hash, [found]);
    }
    this.#last = found;
    return found.index;
  }
}

/** Sets kernels, copies and fills apart in a key. */
export const kindNumbers: Readonly<Record<ActivityKind, number>> = { kernel: 0, memcpy: 1, memset: 2 };

function same(first: Float64Array, second: Float64Array): boolean {
  if (first.length !== second.length) return false;
  for (let i = 0; i < first.length; i++) {
    if (first[i] !== second[i] && !(Number.isNaN(first[i]) && Number.isNaN(second[i]))) return false;
  }
  return true;
}

function hashOf(key: Float64Array): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) {
    const value = key[i] as number;
    hash = Math.imul(hash ^ (value | 0) ^ ((value / 2 ** 32) | 0), 0x9e3779b1) + i;
  }
  return hash;
}
