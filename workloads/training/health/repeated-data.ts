/** So many batches are remembered. */
const rememberedBatches = 8;
/**
 * Where one pass over the data ends and the next begins, a sample may come again soon by chance: with a pass of so many
 * times what is remembered, hardly any does.
 */
const passOverRemembered = 16;

/** Shares of a batch, null where they mean nothing. */
export interface RepeatedData {
  /** Of samples whose content stands earlier in the same batch. */
  readonly duplicateShare: number;
  /** Of samples whose content was in one of the batches remembered; null where the data are too few, or at first. */
  readonly repeatShare: number | null;
  /** For each sample, whether its content was seen in this batch or in one remembered. */
  readonly seen: readonly boolean[];
}

/**
 * Watches for contents that come again too soon, by their hashes.
 *
 * @param trainSize samples of a pass, null where they never end
 */
export function watchRepeatedData(trainSize: number | null) {
  const batches: Float64Array[] = [];
  const counts = new Map<number, number>();
  const count = (contents: Float64Array, change: number) => {
    for (const content of contents) {
      const left = (counts.get(content) ?? 0) + change;
      if (left > 0) counts.set(content, left);
      else counts.delete(content);
    }
  };
  return (contents: Float64Array): RepeatedData => {
    const samples = Math.max(1, contents.length);
    const fits =
      trainSize === null ? rememberedBatches : Math.floor(trainSize / (passOverRemembered * samples));
    const own = new Set<number>();
    let duplicates = 0;
    let repeats = 0;
    const seen = Array.from(contents, (content) => {
      const isDuplicate = own.has(content);
      const isRepeat = counts.has(content);
      own.add(content);
      if (isDuplicate) duplicates += 1;
      if (isRepeat) repeats += 1;
      return isDuplicate || isRepeat;
    });
    const isFirst = batches.length === 0;
    if (fits > 0) {
      batches.push(contents);
      count(contents, 1);
      if (batches.length > Math.min(fits, rememberedBatches)) count(batches.shift() as Float64Array, -1);
    }
    return {
      duplicateShare: duplicates / samples,
      repeatShare: fits > 0 && !isFirst ? repeats / samples : null,
      seen,
    };
  };
}

/** Labels of so many batches are of late. */
const lateBatches = 8;

/** Gives the share of the commonest label among those of the last batches; null where there are no labels. */
export function watchLabels() {
  const batches: ArrayLike<number>[] = [];
  const counts = new Map<number, number>();
  let total = 0;
  const count = (labels: ArrayLike<number>, change: number) => {
    for (let index = 0; index < labels.length; index++) {
      const label = labels[index] as number;
      counts.set(label, (counts.get(label) ?? 0) + change);
    }
    total += labels.length * change;
  };
  return (labels: ArrayLike<number>): number | null => {
    batches.push(labels);
    count(labels, 1);
    if (batches.length > lateBatches) count(batches.shift() as ArrayLike<number>, -1);
    return total === 0 ? null : Math.max(...counts.values()) / total;
  };
}
