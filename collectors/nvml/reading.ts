/** A figure as just read: a value, or why there is none. */
export interface Reading {
  readonly metric: string;
  readonly value: number | null;
  /** '' beside a value. */
  readonly why: string;
  readonly from: 'nvml' | 'nvml.gpm';
}

/** What is accepted as an answer, in the driver's own unit. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * The figure, or why the driver's number cannot be one.
 * @param unit how many of the driver's unit make one of ours, such as 100 percent
 */
export function inRange(metric: string, raw: number, unit: number, { least, most }: Range): Reading {
  if (raw >= least && raw <= most) return aValue(metric, raw / unit);
  return noValue(metric, outOfRange(metric, raw));
}

export function aValue(metric: string, value: number, from: Reading['from'] = 'nvml'): Reading {
  return { metric, value, why: '', from };
}

export function noValue(metric: string, why: string, from: Reading['from'] = 'nvml'): Reading {
  return { metric, value: null, why, from };
}

/** The sentence for a number that cannot be. */
export function outOfRange(metric: string, raw: number): string {
  return `The driver gave ${raw} for ${metric}, which cannot be; it is asked again.`;
}
