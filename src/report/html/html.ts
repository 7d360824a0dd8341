import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { launchOccupancies } from '../../analysis/occupancy/kernel-occupancy.ts';
import { clean } from '../../model/clean-text.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Report } from '../report.ts';
import { pageCharts } from './charts.ts';
import { cleaned, escapeHtml, jsonInScript } from './embed.ts';
import { mostExecutions, packLanes } from './lanes.ts';
import { type PageLaunches, pageLaunches } from './launches.ts';
import { dataIds, type PageData, pageSchema, type StepBands } from './page-data.ts';

/** The page's own program and style, as they are built into `dist/dashboards/web`. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

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
  return page(clean(report.run.title), data, deflated, assets);
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

/**
 * The policy forbids whatever is not in the page: no address can be loaded from or sent to, and no script runs but
 * the one whose digest it names. The executions come last, so that the page is drawn before they are read.
 */
function page(title: string, data: PageData, executions: Buffer, { script, style }: PageAssets): string {
  const policy = [
    "default-src 'none'",
    `script-src '${digest(script)}'`,
    `style-src '${digest(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<link rel="icon" href="data:,">',
    `<title>${escapeHtml(title)} · warpwatch</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<noscript>This report is drawn by a script that it holds; allow scripts for this file to see it.</noscript>',
    '<main id="report"></main>',
    `<script type="application/json" id="${dataIds.page}">${jsonInScript(data)}</script>`,
    `<script>${script}</script>`,
    `<script type="application/octet-stream" id="${dataIds.executions}">${executions.toString('base64')}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
