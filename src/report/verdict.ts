import { isKnown, type Measured } from '../model/measured.ts';
import { percent } from '../model/numbers.ts';
import type { DeviceReport } from './report.ts';

/** A piece of a sentence: plain words, or a figure with the word that defines it. */
export type Piece = string | { readonly word: string; readonly text: string; readonly from: string };

/** What is said first of a device: what util says of it, and beside it what it really did. */
export function verdictOf(device: DeviceReport): Piece[] {
  const { util, kernelBusy, smActive, occupancy, kernelOccupancy, peakShare, tensorKernels } = device;
  const parts: Piece[][] = [];
  const say = (before: string, word: string, figure: Measured, after = ''): void => {
    if (!isKnown(figure)) return;
    const piece = { word, text: percent(figure.value), from: figure.from };
    parts.push([before, piece, ...(after === '' ? [] : [after])]);
  };
  if (isKnown(util)) {
    say('util says ', 'util', util);
    say('kernels ran for ', 'kernelBusy', kernelBusy, ' of the time');
  } else {
    say('util would say ', 'kernelBusy', kernelBusy);
  }
  say('SMs were active ', 'smActive', smActive);
  if (isKnown(occupancy)) say('occupancy was ', 'occupancy', occupancy);
  else say('occupancy of its kernels ', 'kernelOccupancy', kernelOccupancy);
  say('', 'tensorKernels', tensorKernels, ' of matrix time on tensor cores');
  if (!isKnown(smActive)) say('', 'peakShare', peakShare, ' of its peak arithmetic');
  if (parts.length === 0) return ['How this device was used is not known.'];
  return [...parts.flatMap((part, at) => (at === 0 ? capital(part) : [', ', ...part])), '.'];
}

/** The sentence as plain text. */
export function plainText(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
}

function capital([first = '', ...rest]: readonly Piece[]): Piece[] {
  return typeof first === 'string'
    ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest]
    : [first, ...rest];
}
