import { shortTime } from '../../../src/model/numbers.ts';
import { laneCategories, type PageData } from '../../../src/report/html/page-data.ts';
import { swatch } from '../categories.ts';
import { append, button, element, note, section } from '../dom.ts';
import { downloadButton } from '../download.ts';
import type { PickedKernel } from '../picked-kernel.ts';
import type { ThemeSwitch } from '../theme.ts';
import type { TimeView } from '../time-view.ts';
import type { Tooltip } from '../tooltip.ts';
import { executionSheet } from './execution-sheet.ts';
import { TimelineCanvas } from './timeline-canvas.ts';

const help =
  'Wheel or + and − zoom, drag or arrow keys pan, double click or 0 shows the whole run. Hover for a kernel, click to pick it in the table.';

/** The kernel timeline with its tools. Its executions come later: `load`. */
export function timelineSection(
  data: PageData,
  view: TimeView,
  theme: ThemeSwitch,
  tooltip: Tooltip,
  picked: PickedKernel,
): { readonly root: HTMLElement; readonly canvas: TimelineCanvas | null } {
  if (data.timeline.lanes.length === 0) {
    const none = note('No execution of a kernel or copy is recorded with its time.');
    return { root: section('timeline', 'Timeline', null, none), canvas: null };
  }
  const canvas = new TimelineCanvas(data, view, theme, tooltip, picked);
  const status = element('span', { class: 'status', role: 'status', 'aria-live': 'polite' });
  let pending: ReturnType<typeof setTimeout> | undefined;
  const tell = (): void => {
    const { startNs, endNs } = view.stretch;
    status.textContent = `${shortTime((endNs - startNs) / 1e9)} shown, from ${shortTime(startNs / 1e9)}`;
  };
  tell();
  view.onChange(() => {
    clearTimeout(pending);
    pending = setTimeout(tell, 150);
  });
  const tools = element(
    'div',
    { class: 'tools' },
    button('+', () => view.zoom(0.5, 2), { 'aria-label': 'Zoom in' }),
    button('−', () => view.zoom(0.5, 0.5), { 'aria-label': 'Zoom out' }),
    button('‹', () => view.pan(-0.25), { 'aria-label': 'Earlier' }),
    button('›', () => view.pan(0.25), { 'aria-label': 'Later' }),
    button('Whole run', () => view.reset()),
    status,
  );
  const save = downloadButton('executions', 'the executions that are shown', () =>
    executionSheet(data, canvas.lanes, view.stretch),
  );
  const root = section('timeline', 'Timeline', save, element('p', { class: 'note screen-only' }, help));
  append(root, tools, legend(data), canvas.root, ...data.timeline.omissions.map(note));
  return { root, canvas };
}

function legend({ timeline: { launches } }: PageData): HTMLElement {
  const present = new Set(launches.category);
  const items = laneCategories
    .filter((_, at) => present.has(at))
    .map((category) => element('li', {}, swatch(category), category));
  return element('ul', { class: 'legend', 'aria-label': 'Colours of the categories' }, ...items);
}
