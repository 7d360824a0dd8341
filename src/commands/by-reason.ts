/** A figure that is missing, and the sentence that says why. */
export interface Lack {
  readonly metric: string;
  /** What people call it; the metric's own name where not given. */
  readonly label?: string;
  readonly why: string;
}

/**
 * Figures often lack for one reason: each reason once, with the figures that it holds for, in their order. A sentence may
 * name its figure; without the name it is the same for all.
 */
export function byReason(lacks: readonly Lack[]): { readonly why: string; readonly names: string[] }[] {
  const groups = new Map<string, { why: string; names: string[] }>();
  for (const { metric, label = metric, why } of lacks) {
    const reason = withoutName(withoutName(why, metric), label);
    const group = groups.get(reason);
    if (group === undefined) groups.set(reason, { why, names: [label] });
    else {
      group.why = reason;
      group.names.push(label);
    }
  }
  return [...groups.values()];
}

/** Whole words only: `tensor` is not named by `tensorActive`. */
function withoutName(sentence: string, name: string): string {
  return ` ${sentence} `.replaceAll(` ${name} `, ' it ').replaceAll(` ${name};`, ' it;').trim();
}
