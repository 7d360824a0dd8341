import type { Communicator } from './communicator.ts';
import { Window, wordBytes } from './window.ts';

/** The rank whose memory the words stand in. */
const home = 0;
const groupStepsWord = 0;

/** What the ranks of a group tell one another while each goes its own pace. */
export class Board {
  readonly #window: Window;
  readonly #size: number;
  readonly #rank: number;

  /** Of a window that `open` made. */
  constructor(window: Window, { size, rank }: Pick<Communicator, 'size' | 'rank'>) {
    this.#window = window;
    this.#size = size;
    this.#rank = rank;
  }

  /** Waits for all ranks. It is empty once all of them have come back from here. */
  static open(communicator: Communicator): Board {
    const bytes = (1 + 2 * communicator.size) * wordBytes;
    return new Board(Window.allocate(communicator, bytes), communicator);
  }

  /** Of its window. */
  get handle(): bigint {
    return this.#window.handle;
  }

  get groupSteps(): number {
    return this.#window.read(home, groupStepsWord);
  }

  steps(rank: number): number {
    return this.#window.read(home, 1 + rank);
  }

  hasLeft(rank: number): boolean {
    return this.#window.read(home, 1 + this.#size + rank) !== 0;
  }

  /** Counts a step of this rank. @returns the steps of all */
  countStep(): number {
    this.#window.add(home, 1 + this.#rank, 1);
    return this.#window.add(home, groupStepsWord, 1) + 1;
  }

  leave(): void {
    this.#window.set(home, 1 + this.#size + this.#rank, 1);
  }

  free(): void {
    this.#window.free();
  }
}
