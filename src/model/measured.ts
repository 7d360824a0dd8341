/** A value together with the place it was read at, such as `nvml`, `launches`, `host`, `workload`. */
export interface Known<T> {
  readonly value: T;
  readonly from: string;
}

/** A value that is not there, and a sentence that a person can act on. */
export interface Absent {
  readonly value: null;
  readonly why: string;
}

/** Every figure that is shown or exported has this form; unknown is never 0. */
export type Measured<T = number> = Known<T> | Absent;

/** A known value. `from` names its source. */
export function known<T>(value: T, from: string): Known<T> {
  return { value, from };
}

/** An unknown value. `why` is a whole sentence that says what is missing and, where there is one, the remedy. */
export function absent(why: string): Absent {
  return { value: null, why };
}

/** Whether the value is there. */
export function isKnown<T>(measured: Measured<T>): measured is Known<T> {
  return measured.value !== null;
}

/** The value, or NaN: for curves, where a gap says that it was unknown. */
export function valueOrNaN(measured: Measured): number {
  return measured.value ?? Number.NaN;
}
