/** Where a parameter is kept. */
export interface Place {
  readonly server: number;
  /** Floats before it in what the server holds. */
  readonly offset: number;
}

export interface Placement {
  /** By parameter. */
  readonly places: readonly Place[];
  /** Floats that each server holds; 0 of one that has no parameter. */
  readonly lengths: readonly number[];
}

export const placementNames = ['round-robin', 'size'] as const;
export type PlacementName = (typeof placementNames)[number];

/**
 * Deals parameters out to servers, each whole: in turns, or the largest first to the server that holds least by then. By size no
 * server holds more than 4/3 of what the best placement would give the fullest (Graham 1969). Equal ones keep their order.
 * @param sizes floats of each parameter
 */
export function placeParameters(sizes: readonly number[], servers: number, by: PlacementName): Placement {
  const lengths = new Array<number>(servers).fill(0);
  const places = new Array<Place>(sizes.length);
  const order = [...sizes.entries()];
  if (by === 'size') order.sort(([, left], [, right]) => right - left);
  for (const [parameter, size] of order) {
    const server = by === 'size' ? lengths.indexOf(Math.min(...lengths)) : parameter % servers;
    const offset = lengths[server] ?? 0;
    places[parameter] = { server, offset };
    lengths[server] = offset + size;
  }
  return { places, lengths };
}
