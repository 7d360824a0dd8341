import type { DeviceTimeline, Lane, LaneWork } from '../../../src/analysis/details.ts';
import { percent, plural, shortTime } from '../../../src/model/numbers.ts';
import type { Ratio } from '../../../src/model/units.ts';
import { chosenIndex, shownDevices } from '../../model/shown-devices.ts';
import {
  busyShare,
  idleReasons,
  longestIdleText,
  type PartKind,
  partNames,
  partsByKind,
} from '../../model/timeline-parts.ts';
import { stackedBar } from '../text/bar.ts';
import {
  blank,
  fitLine,
  join,
  justify,
  type Line,
  type Role,
  type Span,
  span,
  toldSpan,
} from '../text/style.ts';
import { type DrawView, notYet } from './view.ts';

const labelWidth = 12;
const shareWidth = 6;
const nameWidth = 24;
/** From here on each stream has the name of its heaviest kernel beside it. */
const namesFrom = 100;
const leastCells = 10;
/** Blocks of Unicode in eighths of a cell. */
const heights = ' ▁▂▃▄▅▆▇█';
const unrecorded = '·';

const looks: Readonly<Record<LaneWork, Role>> = {
  compute: 'real',
  communication: 'peak',
  copy: 'dram',
};
const partLooks: Readonly<Record<PartKind, { readonly glyph: string; readonly role: Role }>> = {
  compute: { glyph: '█', role: 'real' },
  communication: { glyph: '▓', role: 'peak' },
  copies: { glyph: '▒', role: 'dram' },
  idle: { glyph: '░', role: 'gap' },
};

/** The last seconds of the chosen device by stream, when it stood idle, and what the host did then. */
export const timeline: DrawView = ({ snapshot, ui }, width, height) => {
  const views = shownDevices(snapshot);
  const index = chosenIndex(views.length, ui.device);
  const device = views[index]?.device.id;
  const detail = snapshot.details.timeline;
  const place = views.length > 1 ? `${index + 1}/${views.length}, d moves on · ` : '';
  if (detail === null || detail.device !== device) return notYet(`timeline · ${device ?? ''}`, ui);
  const title = `timeline · ${detail.device}`;
  const note: Line = [span(`${place}last ${shortTime(detail.seconds)}`, 'dim')];
  if (detail.why !== '') return { title, note, lines: [[span(detail.why, 'dim')]] };
  const below = partLines(detail, width);
  const room = Math.max(1, height - below.length - 3);
  return {
    title,
    note,
    lines: [
      deviceLine(detail, width),
      ...laneLines(detail.lanes, room, width),
      axisLine(detail, width),
      [],
      ...below,
    ].slice(0, height),
  };
};

function chartCells(width: number): number {
  const names = width >= namesFrom ? nameWidth + 2 : 0;
  return Math.max(leastCells, width - labelWidth - shareWidth - 2 - names);
}

function deviceLine(detail: DeviceTimeline, width: number): Line {
  const cells = resample(detail.busy, chartCells(width));
  return [
    ...fitLine([span('any stream', 'strong')], labelWidth),
    ...cells.map((share): Span => glyphOf(share, 'good')),
    blank(1),
    span(percent(busyShare(detail)).padStart(shareWidth), 'strong'),
  ];
}

/** The busiest streams that have room, and how many have not. */
function laneLines(lanes: readonly Lane[], room: number, width: number): Line[] {
  const shown = lanes.length > room ? lanes.slice(0, Math.max(0, room - 1)) : lanes;
  const hidden = lanes.length - shown.length;
  const lines = shown.map((lane) => laneLine(lane, width));
  return hidden > 0 ? [...lines, [span(`${plural(hidden, 'quieter stream')} more`, 'dim')]] : lines;
}

function laneLine(lane: Lane, width: number): Line {
  const cells = chartCells(width);
  const busy = resample(lane.busy, cells);
  const chart = busy.map((share, cell): Span => {
    const from = Math.floor((cell * lane.work.length) / cells);
    const to = Math.max(from + 1, Math.floor(((cell + 1) * lane.work.length) / cells));
    return glyphOf(share, workRole(lane.work.slice(from, to)));
  });
  const name = width >= namesFrom ? [blank(2), span(lane.heaviest, 'dim')] : [];
  return fitLine(
    [
      ...fitLine([span(`stream ${lane.queue}`, 'dim')], labelWidth),
      ...chart,
      blank(1),
      span(percent(lane.share).padStart(shareWidth)),
      ...name,
    ],
    width,
  );
}

/** The kind of work that most of the buckets have. */
function workRole(works: readonly (LaneWork | null)[]): Role {
  let most: Role = 'plain';
  let best = 0;
  for (const work of ['compute', 'communication', 'copy'] as const) {
    const count = works.filter((other) => other === work).length;
    if (count > best) {
      best = count;
      most = looks[work];
    }
  }
  return most;
}

/** Time before now, at the ends and in the middle. */
function axisLine({ seconds }: DeviceTimeline, width: number): Line {
  const cells = chartCells(width);
  const left = `−${shortTime(seconds)}`;
  const middle = `−${shortTime(seconds / 2)}`;
  const half = Math.floor(cells / 2);
  return [
    blank(labelWidth),
    ...fitLine([span(left, 'dim')], half),
    ...justify([span(middle, 'dim')], [span('now', 'dim')], cells - half),
  ];
}

/** One bar over the time, and what its parts are; idle time by what the host was in. */
function partLines(detail: DeviceTimeline, width: number): Line[] {
  const bar = stackedBar(
    detail.parts.map(({ what, share }) => ({ share, ...partLooks[what] })),
    width,
  );
  const legend = join(
    partsByKind(detail).map(({ what, share }) => {
      const { glyph, role } = partLooks[what];
      return [span(`${glyph} `, role), span(`${partNames[what]} `, 'dim'), span(percent(share))];
    }),
    blank(3),
  );
  return [bar, legend, ...idleLines(detail, width)];
}

function idleLines(detail: DeviceTimeline, width: number): Line[] {
  const reasons = idleReasons(detail);
  if (reasons.length === 0) return [];
  const longest = longestIdleText(detail);
  return [
    [],
    ...(longest === '' ? [] : [[span(longest, 'dim')]]),
    ...reasons.map(({ share, within }) =>
      fitLine([span(percent(share).padStart(shareWidth)), blank(2), toldSpan(within)], width),
    ),
  ];
}

function glyphOf(share: Ratio, role: Role): Span {
  if (Number.isNaN(share)) return { text: unrecorded, role: 'dim' };
  const at = share <= 0 ? 0 : Math.max(1, Math.round(share * (heights.length - 1)));
  return { text: heights[Math.min(heights.length - 1, at)] ?? ' ', role: at === 0 ? 'plain' : role };
}

/** The mean of the buckets that each cell stands for; NaN where none of them is known. */
function resample(values: readonly number[], cells: number): number[] {
  return Array.from({ length: cells }, (_, cell) => {
    const from = Math.floor((cell * values.length) / cells);
    const to = Math.max(from + 1, Math.floor(((cell + 1) * values.length) / cells));
    const known = values.slice(from, to).filter((value) => !Number.isNaN(value));
    return known.length === 0 ? Number.NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}
