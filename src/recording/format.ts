/** Constants of the recording format; FORMAT.md is their explanation. */
import { WarpwatchError } from '../model/errors.ts';

export const formatName = 'warpwatch.recording';
export const formatVersion = 1;

export const manifestFile = 'manifest.json';
export const streamExtension = '.stream';

/** The first eight bytes of a stream. */
export const streamMagic = 'WARPWTCH';
/** Magic, version, reserved. */
export const streamHeaderBytes = 16;

/** Length, type, flags before the payload; the checksum after it. */
export const frameHeadBytes = 8;
export const frameTailBytes = 4;
/** A longer frame is damage: no writer makes one. */
export const maxPayloadBytes = 16 * 1024 * 1024;
/** What this writer keeps to: an eighth of its ring, so that one frame never waits for all of it to be empty. */
export const writtenPayloadBytes = 1024 * 1024;
/** Longer strings are cut by this writer, with an ellipsis at the end. In UTF-16 units, each 3 bytes at most. */
export const maxStringLength = 65_536;

export const frameTypes = {
  producer: 1,
  clock: 2,
  end: 3,
  device: 4,
  workload: 5,
  series: 6,
  absent: 7,
  mark: 8,
  lost: 9,
  processes: 10,
  deviceState: 11,
  window: 12,
  strings: 16,
  launches: 17,
  activity: 18,
  steps: 19,
  samples: 20,
  ranges: 21,
  summary: 22,
  grids: 23,
} as const;

/** Bits of a column block. */
export const columnFlags = {
  /** Starts and durations are u64, not u32. */
  wideTimes: 1,
  /** A queue column follows; in activity frames only. */
  queue: 2,
} as const;

/** Bits of a launch definition. */
export const launchFlags = { shape: 1, flops: 2, bytes: 4 } as const;

/** Names that a producer may have: its file is called so on every system. */
export const streamNamePattern = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}$/;

/** In a step's samples column: not known. */
export const unknownCount = 0xffffffff;

/** The error for a part of a recording that a later warpwatch wrote. */
export function newerVersion(name: string, version: number): WarpwatchError {
  return new WarpwatchError(
    'newer-version',
    `${name} has format version ${version}, this warpwatch reads up to ${formatVersion}; install a newer warpwatch to open it.`,
  );
}
