/** Between which memories a copy moves bytes. */
export type CopyDirection =
  | 'hostToDevice'
  | 'deviceToHost'
  | 'deviceToDevice'
  | 'peerToPeer'
  | 'hostToHost'
  | 'other';

export const copyDirections: readonly CopyDirection[] = [
  'hostToDevice',
  'deviceToHost',
  'deviceToDevice',
  'peerToPeer',
  'hostToHost',
  'other',
];

/** CUPTI's words, as every importer names copies: `Memcpy HtoD (Pageable -> Device)`. */
const words: readonly (readonly [RegExp, CopyDirection])[] = [
  [/\bHtoD\b/i, 'hostToDevice'],
  [/\bDtoH\b/i, 'deviceToHost'],
  [/\bDtoD\b/i, 'deviceToDevice'],
  [/\bPtoP\b/i, 'peerToPeer'],
  [/\bHtoH\b/i, 'hostToHost'],
];

/** The direction of a copy by its name. */
export function directionOf(name: string): CopyDirection {
  return words.find(([word]) => word.test(name))?.[1] ?? 'other';
}
