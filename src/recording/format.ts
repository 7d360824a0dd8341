/** Constants of the recording format; FORMAT.md is their explanation. */

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
  strings: 16,
  launches: 17,
  activity: 18,
  steps: 19,
  samples: 20,
} as const;

/** Bits of a column block. */
export const columnFlags = {
  /** Starts and durations are u64, not u32. */
  wideTimes: 1,
  /** A queue column follows. */
  queue: 2,
} as const;

/** Bits of a launch definition. */
export const launchFlags = { shape: 1, flops: 2, bytes: 4 } as const;

/** In a step's samples column: not known. */
export const unknownCount = 0xffffffff;
