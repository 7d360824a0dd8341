import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchResult } from '../../analysis/bench/result.ts';
import { writeWhole } from '../../export/file-sink.ts';
import { WarpwatchError } from '../../model/errors.ts';
import type { Timeline } from '../../model/timeline.ts';
import { packageRoot } from '../../recording/own-module.ts';
import { buildReport } from '../../report/build.ts';
import { benchHtml } from '../../report/html/bench-page.ts';
import { pageKernels, reportHtml } from '../../report/html/html.ts';
import type { PageAssets } from '../../report/html/shell.ts';

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

/** A page's program and the style of all, which `npm run build` puts beside the compiled sources. */
function readAssets(program: 'page' | 'bench'): PageAssets {
  const folder = join(packageRoot(), 'dist/dashboards/web');
  try {
    return {
      script: readFileSync(join(folder, `${program}.js`), 'utf8'),
      style: readFileSync(join(folder, 'page.css'), 'utf8'),
    };
  } catch (cause) {
    throw new WarpwatchError(
      'unsupported',
      `The page's program is missing from ${folder}; install warpwatch again, or run npm run build.`,
      { cause },
    );
  }
}
