import type { DetailsAsked } from '../../src/analysis/details.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import type { UiState } from './ui-state.ts';
import { chosenIndex, shownDevices } from './views/shown-devices.ts';

/** What the page that is open shows beyond the rest of a snapshot. */
export function detailsAsked(ui: UiState, snapshot: Snapshot): DetailsAsked {
  const views = shownDevices(snapshot);
  const device = views[chosenIndex(views.length, ui)]?.device.id ?? null;
  return {
    timeline: ui.page === 'timeline' ? device : null,
    ranks: ui.page === 'ranks',
    kernel: ui.page === 'kernels' ? ui.kernel : null,
    host: null,
  };
}
