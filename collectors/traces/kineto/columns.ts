/**
 * Rows come in blocks of so many, so that growing never copies and a small trace stays small. Each kind of row has a
 * class of its own: V8 makes the most of code that sees objects of one form only.
 */
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

export class ActivityColumns {
  readonly blocks: ActivityRows[] = [];
  #last = activityRows(0);

  add(startNs: number, durationNs: number, launch: number, queue: number, correlation: number): void {
    if (this.#last.count === this.#last.startNs.length) {
      this.#last = activityRows(rowsPerBlock);
      this.blocks.push(this.#last);
    }
    const rows = this.#last;
    const row = rows.count++;
    rows.startNs[row] = startNs;
    rows.durationNs[row] = durationNs;
    rows.launch[row] = launch;
    rows.queue[row] = queue;
    rows.correlation[row] = correlation;
  }
}

export class HostColumns {
  readonly blocks: HostRows[] = [];
  #last = hostRows(0);

  add(startNs: number, durationNs: number, name: number, thread: number): void {
    if (this.#last.count === this.#last.startNs.length) {
      this.#last = hostRows(rowsPerBlock);
      this.blocks.push(this.#last);
    }
    const rows = this.#last;
    const row = rows.count++;
    rows.startNs[row] = startNs;
    rows.durationNs[row] = durationNs;
    rows.name[row] = name;
    rows.thread[row] = thread;
  }
}

export class CallColumns {
  readonly blocks: CallRows[] = [];
  #last = callRows(0);

  add(startNs: number, correlation: number, thread: number): void {
    if (this.#last.count === this.#last.startNs.length) {
      this.#last = callRows(rowsPerBlock);
      this.blocks.push(this.#last);
    }
    const rows = this.#last;
    const row = rows.count++;
    rows.startNs[row] = startNs;
    rows.correlation[row] = correlation;
    rows.thread[row] = thread;
  }
}

/** Room for so many executions, none of them there yet. */
export function activityRows(length: number): ActivityRows {
  return {
    count: 0,
    startNs: new Float64Array(length),
    durationNs: new Float64Array(length),
    launch: new Uint32Array(length),
    queue: new Uint32Array(length),
    correlation: new Float64Array(length),
  };
}

function hostRows(length: number): HostRows {
  return {
    count: 0,
    startNs: new Float64Array(length),
    durationNs: new Float64Array(length),
    name: new Uint32Array(length),
    thread: new Uint32Array(length),
  };
}

function callRows(length: number): CallRows {
  return {
    count: 0,
    startNs: new Float64Array(length),
    correlation: new Float64Array(length),
    thread: new Uint32Array(length),
  };
}
