/** The kernel that the reader picked, in the table or in the timeline; both show it. */
export class PickedKernel {
  #row = -1;
  readonly #listeners: ((row: number, from: 'table' | 'timeline') => void)[] = [];

  /** Index into the report's `topKernels`; -1 for none. */
  get row(): number {
    return this.#row;
  }

  /** Picks a kernel; picking it again lets it go. */
  pick(row: number, from: 'table' | 'timeline'): void {
    this.#row = row === this.#row ? -1 : row;
    for (const listener of this.#listeners) listener(this.#row, from);
  }

  onChange(listener: (row: number, from: 'table' | 'timeline') => void): void {
    this.#listeners.push(listener);
  }
}
