import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { shownDevices } from '../model/shown-devices.ts';
import type { UiState } from './ui-state.ts';
import { noticeCount } from './views/header.ts';
import { layout, type Panel } from './views/layout.ts';
import { noteLines } from './views/note-lines.ts';

/** Where each panel of the screen stands: for what draws them, and for what finds the one under the mouse. */
export function panelsOf(snapshot: Snapshot, ui: UiState, width: number, height: number): Panel[] {
  return layout(width, height, {
    page: ui.help ? 'help' : ui.page,
    devices: shownDevices(snapshot).length,
    deviceNotes: noteLines(snapshot, width - 4).length,
    processes: snapshot.devices.reduce((sum, view) => sum + (view.processes?.length ?? 0), 0),
    kernels: snapshot.kernels.length,
    findings: snapshot.findings.length,
    training: snapshot.training !== null,
    notices: noticeCount(snapshot),
    alerts: ui.alerts.length,
  });
}
