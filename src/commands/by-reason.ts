/** A figure that is missing, and the sentence that says why. */
export interface Lack {
  readonly metric: string;
  readonly why: string;
}

/** Figures often lack for one reason: each reason once, with the figures that it holds for, in their order. */
export function byReason(lacks: readonly Lack[]): { readonly why: string; readonly metrics: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { metric, why } of lacks) {
    // The sentence names the figure itself: without its name it is the same for all.
    const reason = why.replaceAll(metric, 'it');
    groups.set(reason, [...(groups.get(reason) ?? []), metric]);
  }
  return [...groups].map(([why, metrics]) => ({ why, metrics }));
}
