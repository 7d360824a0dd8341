import { WarpwatchError } from '../../src/model/errors.ts';
import { readPicture } from './decode-picture.ts';
import type { NoteBook } from './notes.ts';
import type { Picture } from './picture.ts';

/** A set of which so many neighbours cannot be decoded is not worth training on. */
const mostTries = 16;

/**
 * Decodes the picture at `index` of a list, or the next one that can be: the same on every thread. What is passed over is
 * counted in `notes`.
 * @throws WarpwatchError of the first of them where none of the next pictures can be decoded
 */
export function pictureNear<T extends { readonly file: string }>(
  pictures: readonly T[],
  index: number,
  notes: NoteBook,
): { readonly picture: Picture; readonly of: T } {
  let first: WarpwatchError | null = null;
  for (let step = 0; step < Math.min(mostTries, pictures.length); step++) {
    const of = pictures[(index + step) % pictures.length] as T;
    try {
      return { picture: readPicture(of.file), of };
    } catch (error) {
      if (!(error instanceof WarpwatchError)) throw error;
      first ??= error;
      notes.replace(error.message);
    }
  }
  throw first ?? new WarpwatchError('bad-data', 'There is no picture to read; look at the data set.');
}

/** Decodes pictures in order; what cannot be decoded is left out, and told in `notes`. */
export function* readablePictures<T extends { readonly file: string }>(
  pictures: readonly T[],
  notes: NoteBook,
): Generator<{ readonly picture: Picture; readonly of: T }> {
  for (const of of pictures) {
    try {
      yield { picture: readPicture(of.file), of };
    } catch (error) {
      if (!(error instanceof WarpwatchError)) throw error;
      notes.leaveOut(error.message);
    }
  }
}

/** Divides a list that has no parts of its own: the last tenth is for evaluation, one at least where there are two. */
export function holdBack<T>(list: readonly T[]): {
  readonly train: readonly T[];
  readonly validation: readonly T[];
} {
  const held = list.length < 2 ? 0 : Math.max(1, Math.floor(list.length / 10));
  return { train: list.slice(0, list.length - held), validation: list.slice(list.length - held) };
}
