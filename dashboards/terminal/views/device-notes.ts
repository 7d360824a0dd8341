import type { DeviceFigure } from '../../../src/analysis/device-figures.ts';
import type { DeviceView, Snapshot } from '../../../src/analysis/snapshot.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { type Line, span } from '../text/style.ts';
import { wrap } from '../text/width.ts';
import { hasGpu, shownDevices } from './shown-devices.ts';

/** Figures that only hardware counters give. */
const counters = ['smActive', 'occupancy', 'tensorActive', 'dramActive'] as const satisfies DeviceFigure[];
/** What no device of the machine tells, and that a person would look for. */
const asked = [
  { label: 'util', figures: ['util'] },
  { label: 'counters', figures: counters },
  { label: 'SM active', figures: ['smActive'] },
  { label: 'occupancy', figures: ['occupancy'] },
  { label: 'tensor', figures: ['tensorActive'] },
  { label: 'DRAM', figures: ['dramActive'] },
  { label: 'power', figures: ['powerWatts'] },
  { label: 'memory', figures: ['memoryUsedBytes'] },
] as const satisfies { label: string; figures: readonly DeviceFigure[] }[];

/** Below the device rows: why there is no GPU, or why a figure is missing on all of them; a sentence a line. */
export function deviceNotes(snapshot: Snapshot, width: number): Line[] {
  const views = shownDevices(snapshot);
  if (!hasGpu(views)) return snapshot.whyNoGpu.flatMap((why) => sentence('no GPU: ', why, width));
  return missingNotes(
    views.filter(({ device, state }) => device.kind === 'gpu' && state.condition === 'present'),
  );
}

/** `no counters: GPM needs Hopper or newer`, a line a reason. */
function missingNotes(views: readonly DeviceView[]): Line[] {
  if (views.length === 0) return [];
  const missing = (name: DeviceFigure): boolean => views.every((view) => !isKnown(view[name]));
  const reasons = new Map<string, string[]>();
  const told = new Set<DeviceFigure>();
  for (const { label, figures } of asked) {
    if (figures.some((name) => told.has(name)) || !figures.every(missing)) continue;
    for (const name of figures) told.add(name);
    const why = views.map((view) => view[figures[0]]).find((figure) => !isKnown(figure));
    const text = why === undefined || isKnown(why) ? '' : why.why;
    reasons.set(text, [...(reasons.get(text) ?? []), label]);
  }
  return [...reasons].map(([why, labels]) => [span(`no ${labels.join(', ')}: `, 'gap'), span(why, 'dim')]);
}

function sentence(lead: string, why: string, width: number): Line[] {
  const lines = wrap(why, Math.max(1, width - lead.length));
  return lines.map((text, index) => [span(index === 0 ? lead : ' '.repeat(lead.length), 'gap'), span(text)]);
}
