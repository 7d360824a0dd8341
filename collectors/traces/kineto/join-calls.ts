import type { LaunchCalls } from '../../../src/model/timeline.ts';
import { type ActivityRows, type CallRows, rowsPerBlock } from './columns.ts';

/** Finds the call behind each execution by the correlation that both carry; numbers may be large and sparse. */
export class CallTable {
  readonly #blocks: readonly CallRows[];
  readonly #slots: Uint32Array;

  constructor(blocks: readonly CallRows[]) {
    this.#blocks = blocks;
    const total = blocks.reduce((sum, { count }) => sum + count, 0);
    let size = 16;
    while (size < 2 * total) size *= 2;
    this.#slots = new Uint32Array(size);
    for (const [index, { count }] of blocks.entries()) {
      for (let row = 0; row < count; row++) this.#add(index * rowsPerBlock + row);
    }
  }

  /** The calls of a block of executions; undefined where none is known. */
  callsOf(rows: ActivityRows): LaunchCalls | undefined {
    const startNs = new Float64Array(rows.count);
    const thread = new Uint32Array(rows.count);
    let found = 0;
    for (let i = 0; i < rows.count; i++) {
      const correlation = rows.correlation[i] as number;
      const call = correlation > 0 ? (this.#slots[this.#slotOf(correlation)] as number) : 0;
      if (call === 0) {
        startNs[i] = Number.NaN;
        continue;
      }
      const block = this.#blockOf(call - 1);
      const row = (call - 1) % rowsPerBlock;
      startNs[i] = block.startNs[row] as number;
      thread[i] = block.thread[row] as number;
      found++;
    }
    return found > 0 ? { startNs, thread } : undefined;
  }

  #add(call: number): void {
    const block = this.#blockOf(call);
    const row = call % rowsPerBlock;
    const slot = this.#slotOf(block.correlation[row] as number);
    const known = this.#slots[slot] as number;
    // A call of the runtime and the call of the driver within it may share a number: the outer one asked first.
    if (known !== 0) {
      const first = this.#blockOf(known - 1).startNs[(known - 1) % rowsPerBlock] as number;
      if (first <= (block.startNs[row] as number)) return;
    }
    this.#slots[slot] = call + 1;
  }

  #blockOf(call: number): CallRows {
    return this.#blocks[Math.floor(call / rowsPerBlock)] as CallRows;
  }

  /** Where the correlation stands, or the empty place for it. */
  #slotOf(correlation: number): number {
    const mask = this.#slots.length - 1;
    let hash = Math.imul(correlation ^ (correlation / 2 ** 32), 0x9e3779b1);
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const call = this.#slots[slot] as number;
      if (call === 0) return slot;
      if (this.#blockOf(call - 1).correlation[(call - 1) % rowsPerBlock] === correlation) return slot;
    }
  }
}
