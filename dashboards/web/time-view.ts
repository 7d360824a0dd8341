/** The stretch of a window that charts and timeline show. Times are nanoseconds since the window's start. */
export interface Stretch {
  readonly startNs: number;
  readonly endNs: number;
}

/** Nothing shorter is looked at: times are whole nanoseconds. */
export const shortestNs = 100;

/** Keeps a stretch within the window, its length where that can be. */
export function clampStretch({ startNs, endNs }: Stretch, spanNs: number): Stretch {
  const length = Math.min(spanNs, Math.max(Math.min(shortestNs, spanNs), endNs - startNs));
  const start = Math.min(Math.max(0, startNs), spanNs - length);
  return { startNs: start, endNs: start + length };
}

/**
 * Zooms so that what is at `share` (0..1 from the left) stays there.
 * @param factor above 1 shows less
 */
export function zoomStretch(
  { startNs, endNs }: Stretch,
  share: number,
  factor: number,
  spanNs: number,
): Stretch {
  const atNs = startNs + (endNs - startNs) * share;
  const length = Math.min(spanNs, Math.max(Math.min(shortestNs, spanNs), (endNs - startNs) / factor));
  const start = atNs - length * share;
  return clampStretch({ startNs: start, endNs: start + length }, spanNs);
}

/** Moves by a share of what is shown; positive to later times. */
export function panStretch({ startNs, endNs }: Stretch, share: number, spanNs: number): Stretch {
  const by = (endNs - startNs) * share;
  return clampStretch({ startNs: startNs + by, endNs: endNs + by }, spanNs);
}

/** The one stretch that everything on the page shows. */
export class TimeView {
  readonly spanNs: number;
  #stretch: Stretch;
  readonly #listeners: (() => void)[] = [];

  constructor(spanNs: number) {
    this.spanNs = spanNs;
    this.#stretch = { startNs: 0, endNs: spanNs };
  }

  get stretch(): Stretch {
    return this.#stretch;
  }

  get isWhole(): boolean {
    return this.#stretch.startNs <= 0 && this.#stretch.endNs >= this.spanNs;
  }

  set(stretch: Stretch): void {
    const next = clampStretch(stretch, this.spanNs);
    if (next.startNs === this.#stretch.startNs && next.endNs === this.#stretch.endNs) return;
    this.#stretch = next;
    for (const listener of this.#listeners) listener();
  }

  reset(): void {
    this.set({ startNs: 0, endNs: this.spanNs });
  }

  zoom(share: number, factor: number): void {
    this.set(zoomStretch(this.#stretch, share, factor, this.spanNs));
  }

  pan(share: number): void {
    this.set(panStretch(this.#stretch, share, this.spanNs));
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
