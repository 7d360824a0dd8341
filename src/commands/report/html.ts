import type { BenchResult } from '../../analysis/bench/result.ts';
import { writeWhole } from '../../export/file-sink.ts';
import type { Timeline } from '../../model/timeline.ts';
import { buildReport } from '../../report/build.ts';
import { benchHtml } from '../../report/html/bench-page.ts';
import { pageKernels, reportHtml } from '../../report/html/html.ts';
import { readAssets } from '../web-assets.ts';

/**
 * Writes the report of a run as one page.
 * @param topKernels kernels to list; at least `pageKernels` are, since the page can sort and filter them
 * @throws WarpwatchError `not-found`, `unwritable`, `disk-full`
 */
export async function writeHtml(file: string, timeline: Timeline, topKernels: number): Promise<void> {
  const report = buildReport(timeline, Math.max(topKernels, pageKernels));
  const page = reportHtml(report, timeline, readAssets('page'));
  await writePage(file, page);
}

/**
 * Writes a result of `bench` as one page.
 * @throws WarpwatchError `not-found`, `unwritable`, `disk-full`
 */
export async function writeBenchHtml(file: string, result: BenchResult): Promise<void> {
  await writePage(file, benchHtml(result, readAssets('bench')));
}

async function writePage(file: string, page: string): Promise<void> {
  // Another name for the page of a run would only leave an old page behind.
  await writeWhole(file, { force: true }, (sink) => sink.write(page));
}
