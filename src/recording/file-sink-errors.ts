import { constants } from 'node:os';
import { systemErrorCode } from '../model/errors.ts';

/** The system's number of an error, so that it fits a word of shared memory; EIO where it has none. */
export function systemErrorNumber(error: unknown): number {
  const name = systemErrorCode(error);
  const number = Object.entries(constants.errno).find(([known]) => known === name)?.[1];
  return number ?? constants.errno.EIO;
}

/** What a failed write means, for a person. */
export function writeFailure(errno: number, path: string): string {
  const { ENOSPC, EDQUOT, EFBIG } = constants.errno;
  if (errno === ENOSPC || errno === EDQUOT) {
    return `The disk is full: ${path} ends early; free some space and record again.`;
  }
  if (errno === EFBIG)
    return `${path} reached the largest file size allowed here and ends early; raise the limit.`;
  const name = Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? errno;
  return `${path} could not be written further (${name}); what was written before is whole.`;
}
