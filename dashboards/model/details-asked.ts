import type { DetailsAsked } from '../../src/analysis/details.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import type { Page } from './choices.ts';
import { chosenIndex, shownDevices } from './shown-devices.ts';

/** What a person looks at. */
export interface LookedAt {
  readonly page: Page;
  /** Index of the chosen device among those of `shownDevices`. */
  readonly device: number;
  /** The kernel whose page is open on the page of the kernels, or null. */
  readonly kernel: DetailsAsked['kernel'];
  /** The host of a fleet that is chosen; left out or null where there is none. */
  readonly host?: string | null;
}

/** What the page that is open shows beyond the rest of a snapshot. */
export function detailsAsked(
  { page, device, kernel, host = null }: LookedAt,
  snapshot: Snapshot,
): DetailsAsked {
  const views = shownDevices(snapshot);
  const chosen = views[chosenIndex(views.length, device)]?.device.id ?? null;
  return {
    timeline: page === 'timeline' ? chosen : null,
    ranks: page === 'ranks',
    kernel: page === 'kernels' ? kernel : null,
    host: page === 'fleet' ? null : host,
  };
}
