import type { HostRangeKind } from '../../../src/model/timeline.ts';
import type { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import { IndexColumn, NumberColumn } from './columns.ts';

/** All names of host ranges together; a later new one is counted under one name. */
const mostNameUnits = 32 * 2 ** 20;
const overflowName = '(more names than warpwatch keeps)';

/** Gathers host ranges into one block. */
export class HostRanges {
  readonly #timeline: TimelineBuilder;
  readonly #names: Record<HostRangeKind, Map<string, number>> = {
    annotation: new Map(),
    operator: new Map(),
    runtime: new Map(),
  };
  #nameUnits = 0;
  readonly #startNs = new NumberColumn();
  readonly #durationNs = new NumberColumn();
  readonly #name = new IndexColumn();
  readonly #thread = new IndexColumn();

  constructor(timeline: TimelineBuilder) {
    this.#timeline = timeline;
  }

  /** The index of a name in the timeline. */
  name(text: string, kind: HostRangeKind): number {
    const known = this.#names[kind].get(text);
    if (known !== undefined) return known;
    this.#nameUnits += text.length;
    if (this.#nameUnits > mostNameUnits && text !== overflowName) return this.name(overflowName, kind);
    const index = this.#timeline.host.names.push({ name: text, kind }) - 1;
    this.#names[kind].set(text, index);
    return index;
  }

  add(startNs: number, durationNs: number, name: number, thread: number): void {
    this.#startNs.push(startNs);
    this.#durationNs.push(durationNs);
    this.#name.push(name);
    this.#thread.push(thread);
  }

  /** Hands everything to the timeline. */
  finish(): void {
    this.#timeline.addHostBlock({
      count: this.#startNs.length,
      startNs: this.#startNs.values().slice(),
      durationNs: this.#durationNs.values().slice(),
      name: this.#name.values().slice(),
      thread: this.#thread.values().slice(),
    });
  }
}
