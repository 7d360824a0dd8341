/** The pixels `offset, offset + stride, …` of dx along one axis, and the convolution of dy that yields them. */
export interface Phase {
  readonly offset: number;
  readonly stride: number;
  /** Taps of the filter, from `firstTap` on, `stride` apart; none where the stride is wider than the filter. */
  readonly firstTap: number;
  readonly taps: number;
  readonly padBefore: number;
  readonly padAfter: number;
}

/** The phases of one axis, or null where one of them would need negative padding. */
export function phases(
  inSize: number,
  outSize: number,
  filterSize: number,
  stride: number,
  pad: number,
): Phase[] | null {
  const all: Phase[] = [];
  for (let offset = 0; offset < Math.min(stride, inSize); offset += 1) {
    // dx[stride u + offset] = sum over taps i of dy[(stride u + offset + pad - i) / stride] w[i], where that is whole.
    const firstTap = (offset + pad) % stride;
    const taps = Math.max(0, Math.ceil((filterSize - firstTap) / stride));
    const pixels = Math.ceil((inSize - offset) / stride);
    const padBefore = taps - 1 - Math.floor((offset + pad) / stride);
    const padAfter = pixels + taps - 1 - padBefore - outSize;
    if (taps > 0 && (padBefore < 0 || padAfter < 0)) return null;
    all.push({ offset, stride, firstTap, taps, padBefore, padAfter });
  }
  return all;
}
