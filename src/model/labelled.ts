/** What a metrics system keeps: values that are told apart by labels. */

/** Labels by name. They are other people's words: only what is a text counts, and it is cleaned before it is shown. */
export type Labels = Readonly<Record<string, unknown>>;

export interface LabelledValue {
  readonly labels: Labels;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** Values over time, the oldest first; a time that nobody told of has no entry. */
export interface LabelledCurve {
  readonly labels: Labels;
  /** Unix time. */
  readonly atSeconds: readonly number[];
  readonly values: readonly number[];
}

/** The text of a label; '' where there is none. */
export function labelOf(labels: Labels, name: string): string {
  const text = labels[name];
  return typeof text === 'string' ? text : '';
}
