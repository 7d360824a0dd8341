import { deflateRawSync } from 'node:zlib';
import { launchOccupancies } from '../../analysis/occupancy/kernel-occupancy.ts';
import { clean } from '../../model/clean-text.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Report } from '../report.ts';
import { pageCharts } from './charts.ts';
import { cleaned } from './embed.ts';
import { mostExecutions, packLanes } from './lanes.ts';
import { type PageLaunches, pageLaunches } from './launches.ts';
import { type PageData, pageSchema, type StepBands } from './page-data.ts';
import { type PageAssets, pageHtml } from './shell.ts';

/** So many kernels the table of a page has room for. */
export const pageKernels = 500;
/** Base64 adds a third; with everything else the page stays under 20 MB. */
const mostExecutionBytes = 13_000_000;
/** More bands are thinner than a pixel. */
const mostSteps = 10_000;

export interface HtmlOptions {
  /** Executions that the page may hold; for tests. */
  readonly mostExecutions?: number;
  /** Bytes that they may take, deflated; for tests. */
  readonly mostBytes?: number;
}

/**
 * The report as one page that needs nothing else: no network, no other file.
 * @param report with up to `pageKernels` kernels
 * @param timeline the report's
 */
export function reportHtml(
  report: Report,
  timeline: Timeline,
  assets: PageAssets,
  options: HtmlOptions = {},
): string {
  const occupancy = Float64Array.from(
    launchOccupancies(timeline),
    ({ value }) => value?.occupancy ?? Number.NaN,
  );
  const launches = pageLaunches(timeline, report.topKernels, occupancy);
  const { lanes, deflated, omissions } = fittingLanes(timeline, launches, options);
  const { extent } = timeline;
  const stepsOmitted =
    timeline.steps.length > mostSteps ? [`The first ${mostSteps} steps have a band in the timeline.`] : [];
  const data: PageData = {
    schema: pageSchema,
    report: cleaned(report),
    unlisted: unlisted(report, timeline),
    timeline: {
      spanNs: extent === null ? 0 : Math.round(extent.endNs - extent.startNs),
      lanes: lanes.map((lane) => ({ ...lane, device: clean(lane.device) })),
      launches: launches.table,
      steps: stepBands(timeline),
      omissions: [...omissions, ...stepsOmitted],
    },
    charts: pageCharts(timeline, occupancy),
  };
  return pageHtml(clean(report.run.title), data, assets, deflated);
}

/** Durations that hardly repeat deflate badly: then fewer executions have room. */
function fittingLanes(timeline: Timeline, launches: PageLaunches, options: HtmlOptions) {
  const mostBytes = options.mostBytes ?? mostExecutionBytes;
  let most = options.mostExecutions ?? mostExecutions;
  for (;;) {
    const { lanes, packed, omissions } = packLanes(timeline, launches, most);
    const deflated = deflateRawSync(packed);
    if (deflated.length <= mostBytes || most === 0) return { lanes, deflated, omissions };
    const kept = lanes.reduce((sum, lane) => sum + lane.kept, 0);
    most = Math.floor(kept * 0.95 * (mostBytes / deflated.length));
  }
}

function unlisted(report: Report, timeline: Timeline): PageData['unlisted'] {
  const key = (device: string, name: string) => `${device}\n${name}`;
  const listed = new Set(report.topKernels.map(({ device, name }) => key(device, name)));
  const others = new Set<string>();
  let allNs = 0;
  let otherNs = 0;
  for (const [at, { kind, device, name }] of timeline.launches.entries()) {
    const totals = timeline.launchTotals[at];
    if (kind !== 'kernel' || totals === undefined || totals.calls === 0) continue;
    allNs += totals.durationNs;
    if (listed.has(key(device, name))) continue;
    others.add(key(device, name));
    otherNs += totals.durationNs;
  }
  return { kernels: others.size, share: allNs > 0 ? otherNs / allNs : 0 };
}

function stepBands({ steps, extent }: Timeline): StepBands {
  const originNs = extent?.startNs ?? 0;
  const shown = [...steps].sort((a, b) => a.startNs - b.startNs).slice(0, mostSteps);
  return {
    number: shown.map((step) => step.number),
    startNs: shown.map((step) => Math.round(step.startNs - originNs)),
    endNs: shown.map((step) => Math.round(step.endNs - originNs)),
  };
}
