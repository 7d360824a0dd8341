import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { next, processSorts } from '../../model/choices.ts';
import { none, type OwnKey, save, type UiState } from '../ui-state.ts';
import { askSignal } from './prompts.ts';

/** Keys that mean something on the page of the processes alone; null for the others. */
export function processKey(ui: UiState, key: string, snapshot: Snapshot): OwnKey | null {
  switch (key) {
    case 's':
    case 'S-s': {
      const processSort = next(processSorts, ui.processSort, key === 's' ? 1 : -1);
      return { next: { processSort, cursor: 0 }, action: save };
    }
    case 'v':
    case 'S-t':
      return { next: { processTree: !ui.processTree, cursor: 0 }, action: save };
    case '/':
      return { next: { filtering: true }, action: none };
    case 'escape':
      // In a fleet a second one leads back to the list of hosts.
      if (ui.filter === '' && snapshot.details.fleet !== null) return null;
      return { next: { filter: '', cursor: 0 }, action: none };
    case 'x':
    case 'S-x':
      return { next: askSignal(ui, key, snapshot), action: none };
    default:
      return null;
  }
}
