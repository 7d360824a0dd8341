import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { type DeviceNote, missingNotes, noGpuNotes } from '../../model/device-notes.ts';
import { hasGpu, shownDevices } from '../../model/shown-devices.ts';
import { type Line, span } from '../text/style.ts';
import { wrap } from '../text/width.ts';

/** Below the device rows: why there is no GPU, or why a figure is missing on all of them; a sentence a line. */
export function noteLines(snapshot: Snapshot, width: number): Line[] {
  if (!hasGpu(shownDevices(snapshot))) return noGpuNotes(snapshot).flatMap((note) => wrapped(note, width));
  return missingNotes(snapshot).map(({ lead, why }) => [span(`${lead}: `, 'gap'), span(why, 'dim')]);
}

function wrapped({ lead, why }: DeviceNote, width: number): Line[] {
  const room = lead.length + 2;
  return wrap(why, Math.max(1, width - room)).map((text, index) => [
    span(index === 0 ? `${lead}: ` : ' '.repeat(room), 'gap'),
    span(text),
  ]);
}
