import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { sortKernels } from '../../model/kernel-rows.ts';
import type { UiState } from '../ui-state.ts';

/** Opens the page of the kernel under the cursor. */
export function openKernel(ui: UiState, snapshot: Snapshot): Partial<UiState> {
  const row = sortKernels(snapshot.kernels, ui.sort)[ui.cursor];
  return row === undefined ? {} : { kernel: { device: row.device, name: row.name }, cursor: 0 };
}

/** Back to the table, with the cursor on the kernel. */
export function closeKernel(ui: UiState, snapshot: Snapshot): Partial<UiState> {
  const at = sortKernels(snapshot.kernels, ui.sort).findIndex(
    ({ device, name }) => device === ui.kernel?.device && name === ui.kernel.name,
  );
  return { kernel: null, cursor: Math.max(0, at) };
}
