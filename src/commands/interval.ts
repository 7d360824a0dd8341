import { InvalidArgumentError } from 'commander';

/** Reads the seconds between two looks. */
export function parseInterval(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0.1 && seconds <= 3600))
    throw new InvalidArgumentError('It takes seconds from 0.1 to 3600.');
  return seconds;
}
