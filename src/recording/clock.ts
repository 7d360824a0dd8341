import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Nanoseconds } from '../model/units.ts';

/** One moment read on two clocks: the monotonic one that records use, and Unix time. */
export interface ClockAnchor {
  readonly clockNs: bigint;
  readonly unixNs: bigint;
}

/**
 * Name of the clock that times of this process are read on. Two streams with the same name share one axis; it
 * holds the boot, since a monotonic clock starts anew with each.
 */
export function clockName(): string {
  return `CLOCK_MONOTONIC@${bootId()}`;
}

/** Reads both clocks, the monotonic one twice, so that the error is half of what the reading took. */
export function readClockAnchor(): ClockAnchor {
  const before = process.hrtime.bigint();
  const unixMs = performance.timeOrigin + performance.now();
  const after = process.hrtime.bigint();
  return { clockNs: (before + after) / 2n, unixNs: BigInt(Math.round(unixMs * 1e3)) * 1000n };
}

/** A clock of whole nanoseconds since an epoch; the number stays exact for 104 days. */
export interface StreamClock {
  /** The epoch on the monotonic clock. */
  readonly epochNs: bigint;
  /** Nanoseconds since the epoch. */
  now(): Nanoseconds;
}

/**
 * The monotonic clock of this process, since now. `performance.now()` counts the same clock as
 * `process.hrtime` and costs no BigInt.
 */
export function startClock(): StreamClock {
  const epochNs = process.hrtime.bigint();
  const epochMs = performance.now();
  return { epochNs, now: () => Math.round((performance.now() - epochMs) * 1e6) };
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return hostname();
  }
}
