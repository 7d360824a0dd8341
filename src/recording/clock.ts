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

/** Further than its own grain from the kept time, the system's clock has been set: then it is right. */
const wallGrainMs = 2;

/** Reads both clocks, the monotonic one twice, so that the error is half of what the reading took. */
export function readClockAnchor(): ClockAnchor {
  const before = process.hrtime.bigint();
  const unixMs = readUnixMs();
  const after = process.hrtime.bigint();
  return { clockNs: (before + after) / 2n, unixNs: BigInt(Math.round(unixMs * 1e3)) * 1000n };
}

/** Unix time to the microsecond where it can be had: `performance` keeps it so, but since the start only. */
function readUnixMs(): number {
  const wallMs = Date.now();
  const keptMs = performance.timeOrigin + performance.now();
  return Math.abs(wallMs - keptMs) < wallGrainMs ? keptMs : wallMs;
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
  const before = process.hrtime.bigint();
  const epochMs = performance.now();
  const epochNs = (before + process.hrtime.bigint()) / 2n;
  return { epochNs, now: () => Math.round((performance.now() - epochMs) * 1e6) };
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return hostname();
  }
}
