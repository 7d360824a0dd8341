import { type FleetSort, fleetOrders } from '../../../src/analysis/fleet/fleet-order.ts';
import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { next, type Page } from '../../model/choices.ts';
import { hostIndex, shownHosts } from '../../model/fleet-hosts.ts';
import { none, type OwnKey, toPage, type UiState } from '../ui-state.ts';

const sorts = Object.keys(fleetOrders).filter((name): name is FleetSort => name in fleetOrders);
const whyNotRecorded = 'Other machines are not recorded from here; run `warpwatch top --record` there.';
const whilePaused = 'The picture is held, and this host is not in it: p goes on, then it opens.';

/** Keys of the list of hosts; null for those that mean the same everywhere. */
export function fleetKey(ui: UiState, key: string, snapshot: Snapshot): OwnKey | null {
  switch (key) {
    case 's':
    case 'S-s':
      return does({ hostSort: next(sorts, ui.hostSort, key === 's' ? 1 : -1) });
    case '/':
      return does({ filtering: true });
    case 'escape':
      return does({ hostFilter: '' });
    case 'enter':
      return does(openPage(ui, snapshot, 'overview'));
    case 'd':
    case 'S-d':
    case '0':
      return does({});
    case 'r':
      return does({ message: whyNotRecorded });
    default:
      return null;
  }
}

/** Keys of the pages of one host of a fleet; null for those that mean the same of a machine alone. */
export function hostKey(ui: UiState, key: string, snapshot: Snapshot): OwnKey | null {
  switch (key) {
    case 'n':
    case '>':
      return does(nextHost(ui, snapshot, 1));
    case 'S-n':
    case '<':
      return does(nextHost(ui, snapshot, -1));
    case '0':
      return does(toPage('fleet'));
    case 'escape':
      // What is open on the page goes first.
      return ui.page === 'gpu' || ui.kernel !== null ? null : does(toPage('fleet'));
    case 'r':
      return does({ message: whyNotRecorded });
    default:
      return null;
  }
}

/** Opens a page: one of a host, from the list of hosts, of the host under the cursor. */
export function openPage(ui: UiState, snapshot: Snapshot, page: Page): Partial<UiState> {
  if (ui.page !== 'fleet' || page === 'fleet') return toPage(page);
  const rows = shownHosts(snapshot, ui);
  const row = rows[hostIndex(rows, ui)];
  if (row === undefined) return { message: 'There is no host in this row.' };
  return { ...openHost(ui, snapshot, row.host, page), help: false };
}

function nextHost(ui: UiState, snapshot: Snapshot, step: number): Partial<UiState> {
  const rows = shownHosts(snapshot, ui);
  const row = rows[(hostIndex(rows, ui) + step + rows.length) % rows.length];
  return row === undefined ? {} : openHost(ui, snapshot, row.host, ui.page);
}

function openHost(ui: UiState, snapshot: Snapshot, host: string, page: Page): Partial<UiState> {
  if (ui.held !== null && snapshot.details.fleet?.open?.host !== host) return { message: whilePaused };
  return { ...toPage(page), host, device: host === ui.host ? ui.device : 0 };
}

function does(change: Partial<UiState>): OwnKey {
  return { next: change, action: none };
}
