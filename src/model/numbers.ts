import { isKnown, type Measured } from './measured.ts';
import type { Bytes, Ratio, Seconds } from './units.ts';

/** What stands for a value that is not known. Never 0. */
export const unknownMark = '–';

const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
/** From here on hours and minutes say nothing. */
const mostDays = 9999;
const binaryPrefixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/** A ratio as percent: `97%`, `6.1%`, `<0.1%`. */
export function percent(ratio: Ratio): string {
  if (!Number.isFinite(ratio)) return notFinite(ratio);
  const value = ratio * 100;
  if (value > 0 && value < 0.05) return '<0.1%';
  if (value === 0 || Math.abs(value) >= 9.95) return `${value.toFixed(0)}%`;
  return `${value.toFixed(1)}%`;
}

/** Three digits that count, without an exponent where that can be: `1,234`, `56.7`, `0.0123`, `1.2e-7`. */
export function quantity(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-4) return value.toExponential(1);
  if (size < 0.9995) return value.toPrecision(3);
  if (size < 9.995) return value.toFixed(2);
  if (size < 99.95) return value.toFixed(1);
  return size < 1e15 ? grouped(value.toFixed(0)) : value.toExponential(2);
}

/** A whole number: `12,345`, `12.3M` from ten million on. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  return Math.abs(value) < 1e7 ? grouped(Math.round(value).toFixed(0)) : scaled(value, 1000, prefixes, '');
}

/** A whole number with its noun: `1 step`, `12 steps`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A value with the prefix that keeps it short: `1.23 GFLOP/s`. */
export function withUnit(value: number, unit: string): string {
  return scaled(value, 1000, prefixes, ` ${unit}`);
}

/** Bytes in powers of 1024: `3.12 GiB`. */
export function byteSize(bytes: Bytes): string {
  return scaled(bytes, 1024, binaryPrefixes, ' B');
}

/** A short span of time with three digits: `340 µs`, `1.25 s`; from two minutes on as `2:05`. */
export function shortTime(seconds: Seconds): string {
  if (!Number.isFinite(seconds)) return notFinite(seconds);
  const size = Math.abs(seconds);
  if (size === 0) return '0 s';
  if (size >= 120) return clockTime(seconds);
  if (size >= 0.9995) return `${quantity(seconds)} s`;
  if (size >= 0.9995e-3) return `${quantity(seconds * 1e3)} ms`;
  if (size >= 0.9995e-6) return `${quantity(seconds * 1e6)} µs`;
  return `${quantity(seconds * 1e9)} ns`;
}

/** Time as a clock shows it: `1:05`, `2:03:04`, `3d 02:03`. Negative counts as 0. */
export function clockTime(seconds: Seconds): string {
  if (!Number.isFinite(seconds)) return notFinite(seconds);
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600) % 24;
  const days = Math.floor(whole / 86_400);
  if (days > mostDays) return `${quantity(days)}d`;
  if (days > 0) return `${days}d ${pad(hours)}:${pad(minutes)}`;
  if (whole >= 3600) return `${hours}:${pad(minutes)}:${pad(whole % 60)}`;
  return `${minutes}:${pad(whole % 60)}`;
}

/** A measured value as text: `–` where it is absent. */
export function measuredText<T>(measured: Measured<T>, format: (value: T) => string): string {
  return isKnown(measured) ? format(measured.value) : unknownMark;
}

function scaled(value: number, base: number, names: readonly string[], unit: string): string {
  if (!Number.isFinite(value)) return notFinite(value);
  let rest = value;
  let step = 0;
  // 999.5 would round up to four digits.
  while (Math.abs(rest) >= base * 0.9995 && step < names.length - 1) {
    rest /= base;
    step += 1;
  }
  const suffix = unit.startsWith(' ') ? ` ${names[step] ?? ''}${unit.slice(1)}` : (names[step] ?? '') + unit;
  return (step === 0 && Number.isInteger(rest) ? grouped(String(rest)) : quantity(rest)) + suffix;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, ',');
}

function notFinite(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '∞' : '-∞';
}
