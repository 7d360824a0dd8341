import type { PageData } from '../../../src/report/html/page-data.ts';
import { overviewBuckets } from '../../../src/report/html/page-data.ts';
import type { Stretch } from '../time-view.ts';
import { type Lane, lowerBound, type Overview } from './lane.ts';
import { isLight, nameOf } from './launch-labels.ts';
import { axisTicks, type LaneRow, type TimelineLayout, tickText } from './layout.ts';

/** What one frame is drawn from. */
export interface Frame {
  readonly layout: TimelineLayout;
  readonly stretch: Stretch;
  readonly data: PageData;
  /** By lane; null until its executions are unpacked. */
  readonly lanes: readonly (Lane | null)[];
  readonly overviews: readonly Overview[];
  readonly colours: TimelineColours;
  /** By lane, the executions of the kernel that is picked, ascending; null where none is. */
  readonly picked: readonly Uint32Array[] | null;
}

export interface TimelineColours {
  readonly categories: readonly string[];
  readonly text: string;
  readonly faint: string;
  readonly rule: string;
  readonly lane: string;
  readonly communication: string;
  readonly step: string;
  readonly accent: string;
  readonly onDark: string;
  readonly onLight: string;
}

const font = '11px system-ui, sans-serif';
/** Narrower boxes have no room for a name. */
const namedFromPx = 36;
/** A merged pixel is never so pale that it is missed. */
const palest = 0.25;
const dimmed = 0.22;

/** Draws the timeline. The canvas is scaled by `ratio` device pixels a CSS pixel. */
export function paintTimeline(context: CanvasRenderingContext2D, ratio: number, frame: Frame): void {
  const { layout, colours } = frame;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, layout.width, layout.height);
  context.font = font;
  context.textBaseline = 'middle';
  for (const { top, height, label } of layout.headings)
    text(context, label, 0, top + height / 2, layout.width, colours.text);
  if (layout.steps !== null) {
    const { top, height } = layout.steps;
    text(context, 'steps', 0, top + height / 2, layout.gutter, colours.faint);
  }
  for (const row of layout.lanes) laneGround(context, row, frame);
  context.save();
  context.beginPath();
  context.rect(layout.gutter, 0, layout.width - layout.gutter, layout.height);
  context.clip();
  paintAxis(context, frame);
  paintSteps(context, frame);
  for (const row of layout.lanes) paintLane(context, ratio, row, frame);
  context.restore();
}

function text(
  context: CanvasRenderingContext2D,
  words: string,
  left: number,
  middle: number,
  mostPx: number,
  colour: string,
): void {
  context.fillStyle = colour;
  context.fillText(fitted(context, words, mostPx), left, middle);
}

/** Average width of a character at this size: measuring every name in every frame would cost more than drawing it. */
const characterPx = 5.9;

function fitted(context: CanvasRenderingContext2D, words: string, mostPx: number): string {
  if (words.length * characterPx <= mostPx) return words;
  const most = Math.floor(mostPx / characterPx) - 1;
  if (words.length < 40 && context.measureText(words).width <= mostPx) return words;
  return most < 2 ? '' : `${words.slice(0, most)}…`;
}

function laneGround(
  context: CanvasRenderingContext2D,
  { top, height, label, communication }: LaneRow,
  { layout, colours }: Frame,
): void {
  context.fillStyle = communication ? colours.communication : colours.lane;
  context.fillRect(layout.gutter, top, layout.width - layout.gutter, height);
  const words = communication && layout.gutter > 100 ? `${label} ⇄` : label;
  text(context, words, 0, top + height / 2, layout.gutter - 6, communication ? colours.text : colours.faint);
}

function paintAxis(context: CanvasRenderingContext2D, { layout, stretch, colours }: Frame): void {
  const { startNs, endNs } = stretch;
  const width = layout.width - layout.gutter;
  if (endNs <= startNs) return;
  const { stepNs, ticks } = axisTicks(startNs, endNs, width, width < 500 ? 64 : 90);
  for (const at of ticks) {
    const x = layout.gutter + ((at - startNs) / (endNs - startNs)) * width;
    context.fillStyle = colours.rule;
    context.fillRect(Math.round(x), layout.axis.height - 6, 1, layout.height);
    text(context, tickText(at, stepNs, endNs), x + 4, 9, 120, colours.faint);
  }
}

function paintSteps(context: CanvasRenderingContext2D, { layout, stretch, data, colours }: Frame): void {
  const { steps } = layout;
  if (steps === null) return;
  const { number, startNs, endNs } = data.timeline.steps;
  const width = layout.width - layout.gutter;
  const scale = width / (stretch.endNs - stretch.startNs);
  let paintedTo = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < number.length; at++) {
    const from = ((startNs[at] as number) - stretch.startNs) * scale;
    const to = ((endNs[at] as number) - stretch.startNs) * scale;
    // Steps that share a pixel are one.
    if (to < 0 || from > width || to - paintedTo < 1) continue;
    paintedTo = to;
    context.fillStyle = colours.step;
    context.globalAlpha = (number[at] as number) % 2 === 0 ? 0.55 : 0.9;
    context.fillRect(layout.gutter + from, steps.top, Math.max(1, to - from - 1), steps.height);
    context.globalAlpha = 1;
    const left = Math.max(0, from);
    const room = Math.min(width, to) - left - 8;
    if (room > 12) {
      text(
        context,
        String(number[at]),
        layout.gutter + left + 4,
        steps.top + steps.height / 2,
        room,
        colours.text,
      );
    }
    if (to - from > 60) {
      context.fillStyle = colours.rule;
      context.fillRect(layout.gutter + Math.round(from), steps.top, 1, layout.height);
    }
  }
}

function paintLane(context: CanvasRenderingContext2D, ratio: number, row: LaneRow, frame: Frame): void {
  const lane = frame.lanes[row.lane] ?? null;
  const { kept, total } = frame.data.timeline.lanes[row.lane] ?? { kept: 0, total: 0 };
  const bucketNs = frame.data.timeline.spanNs / overviewBuckets;
  const pixelNs = (frame.stretch.endNs - frame.stretch.startNs) / (frame.layout.width - frame.layout.gutter);
  // What was left out is in the overview alone; closer than that the longest stand for all.
  if (lane === null || (kept < total && pixelNs * 2 > bucketNs)) paintOverview(context, row, frame);
  else paintMarks(context, ratio, row, lane, frame);
}

function paintOverview(
  context: CanvasRenderingContext2D,
  { lane, top, height }: LaneRow,
  { layout, stretch, data, overviews, colours }: Frame,
): void {
  const overview = overviews[lane];
  if (overview === undefined) return;
  const scale = (layout.width - layout.gutter) / (stretch.endNs - stretch.startNs);
  const bucketNs = data.timeline.spanNs / overviewBuckets;
  for (let at = 0; at < overviewBuckets; at++) {
    const busy = overview.busy[at] as number;
    if (busy === 0) continue;
    const from = (at * bucketNs - stretch.startNs) * scale;
    context.fillStyle = colours.categories[overview.category[at] as number] ?? colours.faint;
    context.globalAlpha = palest + (1 - palest) * (busy / 255);
    context.fillRect(layout.gutter + from, top, bucketNs * scale + 0.5, height);
  }
  context.globalAlpha = 1;
}

function paintMarks(
  context: CanvasRenderingContext2D,
  ratio: number,
  { lane: at, top, height }: LaneRow,
  lane: Lane,
  { layout, stretch, data, colours, picked }: Frame,
): void {
  const { gutter, width } = layout;
  const devicePixels = Math.max(1, Math.round((width - gutter) * ratio));
  const perPixel = (width - gutter) / devicePixels;
  const chosen = picked?.[at] ?? null;
  const { launches } = data.timeline;
  lane.forEachMark(stretch.startNs, stretch.endNs, devicePixels, {
    box(index, fromPx, toPx) {
      const from = gutter + Math.max(-2, fromPx * perPixel);
      const to = gutter + Math.min(width + 2, toPx * perPixel);
      const category = lane.categoryAt(index);
      context.fillStyle = colours.categories[category] ?? colours.faint;
      context.globalAlpha = chosen === null || contains(chosen, index, index + 1) ? 1 : dimmed;
      // A hairline parts neighbours, where there is room for it.
      context.fillRect(from, top, to - from > 3 ? to - from - 0.5 : to - from, height);
      if (to - from < namedFromPx || context.globalAlpha < 1) return;
      const left = Math.max(gutter, from) + 4;
      const room = Math.min(width, to) - left - 3;
      const light = isLight(colours.categories[category] ?? '');
      text(
        context,
        nameOf(launches, lane.launch[index] as number),
        left,
        top + height / 2 + 0.5,
        room,
        light ? colours.onLight : colours.onDark,
      );
    },
    blend(atPx, share, category, from, to) {
      context.fillStyle = colours.categories[category] ?? colours.faint;
      const alpha = palest + (1 - palest) * share;
      context.globalAlpha = chosen === null ? alpha : contains(chosen, from, to) ? 1 : alpha * dimmed;
      context.fillRect(gutter + atPx * perPixel, top, perPixel, height);
    },
  });
  context.globalAlpha = 1;
}

function contains(sorted: Uint32Array, from: number, to: number): boolean {
  return (sorted[lowerBound(sorted, from, 0, sorted.length)] ?? Number.POSITIVE_INFINITY) < to;
}
