/** What was wrong with the samples of a data set and did not end the run. */
export interface DataNotes {
  /** Sentences, one for each kind of trouble; they may become more while samples are read. */
  readonly sentences: readonly string[];
  /** How often another picture stood in for one that could not be used, so far. */
  readonly replaced: number;
}

/** Writes notes down while a data set is read. */
export class NoteBook implements DataNotes {
  readonly sentences: string[] = [];
  replaced = 0;
  #leftOut = false;
  readonly #counts = new Map<string, { count: number; first: string }>();

  /** Counts a trouble, such as `Boxes that are empty and left out`; the first file stands for all of them. */
  count(kind: string, file: string): void {
    const entry = this.#counts.get(kind);
    if (entry) entry.count += 1;
    else this.#counts.set(kind, { count: 1, first: file });
  }

  /** Makes a sentence of each kind that was counted. */
  tellCounts(): void {
    for (const [kind, { count, first }] of this.#counts)
      this.sentences.push(`${kind}: ${count}, the first in ${first}.`);
    this.#counts.clear();
  }

  /** Another picture takes the place of one: the first is told, further ones are counted. */
  replace(why: string): void {
    if (this.replaced === 0)
      this.sentences.push(`${why} Its neighbour stands in for it, and so for any further ones.`);
    this.replaced += 1;
  }

  /** A picture is left out of an evaluation: the first is told. */
  leaveOut(why: string): void {
    if (!this.#leftOut)
      this.sentences.push(`${why} Evaluation does without it, and without any further ones.`);
    this.#leftOut = true;
  }
}
