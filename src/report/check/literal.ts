/** What a figure is compared with. */
export type Literal = LiteralValue & {
  /** As it was written, without quotes: what a text is compared with. */
  readonly written: string;
};

type LiteralValue =
  | { readonly kind: 'number'; readonly value: number; readonly unit: LiteralUnit | null }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'text' };

/** What a number's unit measures; its value is already in the unit of the contract: share, seconds, bytes. */
export type LiteralUnit = 'ratio' | 'seconds' | 'bytes';

const units: Readonly<Record<string, readonly [unit: LiteralUnit, factor: number]>> = {
  '%': ['ratio', 0.01],
  ns: ['seconds', 1e-9],
  us: ['seconds', 1e-6],
  µs: ['seconds', 1e-6],
  ms: ['seconds', 1e-3],
  s: ['seconds', 1],
  B: ['bytes', 1],
  KB: ['bytes', 1e3],
  MB: ['bytes', 1e6],
  GB: ['bytes', 1e9],
  TB: ['bytes', 1e12],
  KiB: ['bytes', 2 ** 10],
  MiB: ['bytes', 2 ** 20],
  GiB: ['bytes', 2 ** 30],
  TiB: ['bytes', 2 ** 40],
};

/** The units that a number may have, for help. */
export const unitNames: readonly string[] = Object.keys(units);

const number = /^([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)\s*(\S*)$/i;

/** Reads a value: a number with or without a unit, `true`, `false`, a text with or without quotes. Never throws. */
export function readLiteral(text: string): Literal {
  const [, , quoted] = /^(["'])(.*)\1$/s.exec(text) ?? [];
  if (quoted !== undefined) return { kind: 'text', written: quoted };
  if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true', written: text };
  return readNumber(text) ?? { kind: 'text', written: text };
}

function readNumber(text: string): Literal | null {
  const [, digits = '', suffix = ''] = number.exec(text) ?? [];
  const value = Number(digits);
  if (digits === '' || !Number.isFinite(value)) return null;
  if (suffix === '') return { kind: 'number', value, unit: null, written: text };
  const entry = Object.hasOwn(units, suffix) ? units[suffix] : undefined;
  return entry ? { kind: 'number', value: scale(value, entry[1]), unit: entry[0], written: text } : null;
}

/** Divides where the factor is below 1, so that 55% is the very number 0.55. */
function scale(value: number, factor: number): number {
  return factor < 1 ? value / Math.round(1 / factor) : value * factor;
}
