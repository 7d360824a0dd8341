import type { ActivityBlock } from '../../model/timeline.ts';
import type { Nanoseconds } from '../../model/units.ts';
import { columnFlags } from '../format.ts';
import { ColumnWriter, needsWide, rangeOf, readColumns, readSpans } from './columns.ts';

/** Executions of launches, gathered in columns until they are written as one block. */
export class ActivityColumns {
  count = 0;
  readonly #startNs: Float64Array;
  readonly #durationNs: Float64Array;
  readonly #launch: Uint32Array;
  readonly #queue: Uint32Array;
  #queues = false;

  constructor(capacity: number) {
    this.#startNs = new Float64Array(capacity);
    this.#durationNs = new Float64Array(capacity);
    this.#launch = new Uint32Array(capacity);
    this.#queue = new Uint32Array(capacity);
  }

  get full(): boolean {
    return this.count === this.#startNs.length;
  }

  push(launch: number, startNs: Nanoseconds, durationNs: Nanoseconds, queue: number): void {
    const at = this.count++;
    this.#startNs[at] = startNs;
    this.#durationNs[at] = durationNs;
    this.#launch[at] = launch;
    this.#queue[at] = queue;
    if (queue !== 0) this.#queues = true;
  }

  clear(): void {
    this.count = 0;
    this.#queues = false;
  }

  /** The payload of an activity frame; there is at least one execution. */
  seal(epochNs: bigint): Uint8Array {
    const { count } = this;
    const { least, most } = rangeOf(this.#startNs, count);
    const baseNs = Math.floor(least);
    const longest = rangeOf(this.#durationNs, count).most;
    const wide = needsWide(Math.max(most - baseNs, longest));
    const flags = (wide ? columnFlags.wideTimes : 0) | (this.#queues ? columnFlags.queue : 0);
    const writer = new ColumnWriter(count, flags, epochNs + BigInt(baseNs), 2, this.#queues ? 2 : 1)
      .times(this.#startNs, count, baseNs)
      .times(this.#durationNs, count, 0)
      .words(this.#launch, count);
    if (this.#queues) writer.words(this.#queue, count);
    return writer.payload;
  }
}

/** Most recordings have one queue: their blocks share these zeros, which nobody may change. */
const noQueues = new Uint32Array(65_536);

/**
 * Reads an activity frame; launches are still the stream's own ids.
 * @throws RangeError when the payload is not of its form
 */
export function decodeActivity(payload: Uint8Array, originNs: bigint): ActivityBlock {
  const columns = readColumns(payload, originNs, columnFlags.wideTimes | columnFlags.queue);
  const { count } = columns;
  const { startNs, durationNs } = readSpans(columns);
  const launch = columns.words();
  const queue = columns.flags & columnFlags.queue ? columns.words() : zeros(count);
  columns.end();
  return { count, startNs, durationNs, launch, queue };
}

function zeros(count: number): Uint32Array {
  return count <= noQueues.length ? noQueues.subarray(0, count) : new Uint32Array(count);
}
