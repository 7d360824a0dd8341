/** A figure as nvidia-smi wrote it: a value, or why there is none. */
export interface SmiFigure {
  readonly metric: string;
  readonly value: number | null;
  /** '' beside a value. */
  readonly why: string;
}

/** The units that nvidia-smi writes, and what they are in the units of the metrics. */
const units: Readonly<Record<string, number>> = {
  '': 1,
  '%': 0.01,
  x: 1,
  W: 1,
  C: 1,
  MHz: 1,
  MiB: 2 ** 20,
  // NVML's header says KB/s.
  'KB/s': 1000,
};

/** A number and its unit, such as `142.33 W`. */
const numberAndUnit = /^(-?\d+(?:\.\d+)?) ?([%a-z/]*)$/i;

/** Words in place of a value, and what they mean. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^\[?(n\/a|not supported)\]?$/i, 'nvidia-smi does not give this for this GPU or in its present mode.'],
  [/gpu is lost/i, 'The GPU is lost: it fell off the bus; see `dmesg | grep -i xid`, then reboot.'],
  [/deprecated/i, 'This driver no longer gives this through nvidia-smi.'],
  [/insufficient permissions|no permission/i, 'Only root may read this from nvidia-smi.'],
  [
    /unknown error|^\[?err!?\]?$|reset required/i,
    'nvidia-smi met an error when it read this; see `dmesg | grep -i xid`.',
  ],
];

export const notInAnswer = 'This version of nvidia-smi does not write this.';

/** What is accepted, in the unit of the metric. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * Reads a value with one of the given units.
 * @param text what stands in the element; undefined where there is none
 * @param expected the unit as nvidia-smi writes it; '' for none
 */
export function parseValue(
  metric: string,
  text: string | undefined,
  expected: string,
  { least, most }: Range,
): SmiFigure {
  if (text === undefined || text === '') return { metric, value: null, why: notInAnswer };
  const word = words.find(([pattern]) => pattern.test(text));
  if (word !== undefined) return { metric, value: null, why: word[1] };
  const [, digits, unit = ''] = numberAndUnit.exec(text) ?? [];
  const scale = units[expected];
  if (digits === undefined || unit !== expected || scale === undefined) {
    return {
      metric,
      value: null,
      why: `nvidia-smi wrote ${JSON.stringify(text.slice(0, 40))} here, which is not understood; please report it.`,
    };
  }
  const value = Number(digits) * scale;
  if (value >= least && value <= most) return { metric, value, why: '' };
  return { metric, value: null, why: `nvidia-smi wrote ${text.slice(0, 40)} here, which cannot be.` };
}
