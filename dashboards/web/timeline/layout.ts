import type { LaneData, PageData } from '../../../src/report/html/page-data.ts';

export interface Row {
  readonly top: number;
  readonly height: number;
}

export interface LaneRow extends Row {
  /** Index into the page's lanes. */
  readonly lane: number;
  readonly label: string;
  readonly communication: boolean;
}

/** Where everything stands on the timeline, in CSS pixels. */
export interface TimelineLayout {
  readonly gutter: number;
  readonly width: number;
  readonly height: number;
  readonly axis: Row;
  readonly steps: Row | null;
  readonly headings: readonly (Row & { readonly label: string })[];
  readonly lanes: readonly LaneRow[];
}

const axisHeight = 24;
const stepsHeight = 20;
const headingHeight = 22;
const laneHeight = 24;
const gap = 3;

/** Lays the timeline out for a width. */
export function layoutTimeline({ timeline, report }: PageData, width: number): TimelineLayout {
  const gutter = width < 600 ? 68 : 116;
  let top = axisHeight;
  const take = (height: number): Row => {
    const row = { top, height };
    top += height + gap;
    return row;
  };
  const steps = timeline.steps.number.length > 0 ? take(stepsHeight) : null;
  const devices = new Set(timeline.lanes.map(({ device }) => device));
  const headings: (Row & { label: string })[] = [];
  const lanes: LaneRow[] = [];
  let device: string | null = null;
  for (const [at, lane] of timeline.lanes.entries()) {
    if (lane.device !== device && devices.size > 1) {
      const name = report.devices.find(({ id }) => id === lane.device)?.name ?? '';
      headings.push({
        ...take(headingHeight),
        label: name === '' ? lane.device : `${lane.device} · ${name}`,
      });
    }
    device = lane.device;
    const { label, communication } = { label: laneLabel(lane), communication: lane.communication };
    lanes.push({ ...take(laneHeight), lane: at, label, communication });
  }
  return {
    gutter,
    width,
    height: Math.max(top, axisHeight + laneHeight),
    axis: { top: 0, height: axisHeight },
    steps,
    headings,
    lanes,
  };
}

function laneLabel({ device, queue }: LaneData): string {
  return device.startsWith('cpu') ? `queue ${queue}` : `stream ${queue}`;
}

/** Round moments for the axis, at least `apartPx` apart. */
export function axisTicks(
  fromNs: number,
  toNs: number,
  widthPx: number,
  apartPx = 90,
): { readonly stepNs: number; readonly ticks: number[] } {
  const least = ((toNs - fromNs) / Math.max(1, widthPx)) * apartPx;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const stepNs = power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
  const ticks: number[] = [];
  for (let at = Math.ceil(fromNs / stepNs); at * stepNs <= toNs; at++) ticks.push(at * stepNs);
  return { stepNs, ticks };
}

/** A moment on an axis up to `mostNs` whose ticks are `stepNs` apart: `12.345 ms`, with the digits that tell them apart. */
export function tickText(timeNs: number, stepNs: number, mostNs: number): string {
  const [unit, unitNs] = unitOf(mostNs);
  const digits = Math.max(0, Math.ceil(Math.log10(unitNs / stepNs) - 1e-9));
  return `${(timeNs / unitNs).toFixed(digits)} ${unit}`;
}

function unitOf(mostNs: number): readonly [string, number] {
  if (mostNs >= 1e9) return ['s', 1e9];
  return mostNs >= 1e6 ? ['ms', 1e6] : ['µs', 1e3];
}
