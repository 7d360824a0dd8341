import type { Measured } from '../../model/measured.ts';
import { absent } from '../../model/measured.ts';
import { count, shortTime } from '../../model/numbers.ts';
import type { Seconds } from '../../model/units.ts';
import { valueAt } from './course.ts';
import type { RoundFigures } from './round.ts';

/** The training time and the number of samples that every run came to with a checkpoint; null where none was evaluated. */
export interface EqualPoints {
  readonly seconds: Seconds;
  readonly samples: number;
}

export function equalPoints(rounds: readonly Pick<RoundFigures, 'accuracy'>[]): EqualPoints | null {
  const ends = rounds.flatMap(({ accuracy }) => accuracy.slice(-1));
  if (ends.length === 0) return null;
  return {
    seconds: Math.min(...ends.map(({ seconds }) => seconds)),
    samples: Math.min(...ends.map(({ samples }) => samples)),
  };
}

/** The accuracy of a round at one of the points. */
export function accuracyAt(
  { accuracy }: Pick<RoundFigures, 'accuracy'>,
  by: keyof EqualPoints,
  equal: EqualPoints | null,
): Measured {
  if (equal === null || accuracy.length === 0) return absent(noCheckpoint);
  const where =
    by === 'seconds' ? `${shortTime(equal.seconds)} of training` : `${count(equal.samples)} samples`;
  return valueAt(accuracy, by, equal[by], `checkpoints, linear between them, at ${where}`);
}

export const noCheckpoint =
  'No checkpoint of it was evaluated; give --checkpoints and --eval-samples a number above 0.';
