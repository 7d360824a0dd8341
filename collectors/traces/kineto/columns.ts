/** Rows come in pieces of so many, so that growing never copies and a small trace stays small. */
export const rowsPerBlock = 1 << 14;

export interface ActivityRows {
  count: number;
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  readonly launch: Uint32Array;
  readonly queue: Uint32Array;
  /** 0 where the execution names no call. */
  readonly correlation: Float64Array;
}

export interface HostRows {
  count: number;
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  readonly name: Uint32Array;
  readonly thread: Uint32Array;
}

export interface CallRows {
  count: number;
  readonly startNs: Float64Array;
  readonly correlation: Float64Array;
  readonly thread: Uint32Array;
}

/** Columns that grow block by block. */
export class GrowingColumns<Rows extends { count: number }> {
  readonly blocks: Rows[] = [];
  readonly #make: () => Rows;

  constructor(make: () => Rows) {
    this.#make = make;
  }

  /** The block to write the next row to, at its `count`, which the caller then raises. */
  open(): Rows {
    const last = this.blocks[this.blocks.length - 1];
    if (last !== undefined && last.count < rowsPerBlock) return last;
    const block = this.#make();
    this.blocks.push(block);
    return block;
  }

  get count(): number {
    return this.blocks.reduce((sum, { count }) => sum + count, 0);
  }
}

export function activityRows(length = rowsPerBlock): ActivityRows {
  return {
    count: 0,
    startNs: new Float64Array(length),
    durationNs: new Float64Array(length),
    launch: new Uint32Array(length),
    queue: new Uint32Array(length),
    correlation: new Float64Array(length),
  };
}

export function hostRows(): HostRows {
  return {
    count: 0,
    startNs: new Float64Array(rowsPerBlock),
    durationNs: new Float64Array(rowsPerBlock),
    name: new Uint32Array(rowsPerBlock),
    thread: new Uint32Array(rowsPerBlock),
  };
}

export function callRows(): CallRows {
  return {
    count: 0,
    startNs: new Float64Array(rowsPerBlock),
    correlation: new Float64Array(rowsPerBlock),
    thread: new Uint32Array(rowsPerBlock),
  };
}
