/** Parts a stream of text into its lines. A line that is too long is no line. */
export class Lines {
  readonly #longest: number;
  #begun = '';

  /** @param longest characters of a line */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /**
   * Takes a piece of the stream in.
   * @returns the lines that it ends; null once a line is too long
   */
  take(piece: string): readonly string[] | null {
    const parts = piece.split('\n');
    const rest = parts.pop() ?? '';
    const [first, ...others] = parts;
    if (first === undefined) {
      this.#begun += rest;
      return this.#begun.length > this.#longest ? null : [];
    }
    const lines = [this.#begun + first, ...others];
    this.#begun = rest;
    return [...lines, rest].some((line) => line.length > this.#longest) ? null : lines;
  }
}
