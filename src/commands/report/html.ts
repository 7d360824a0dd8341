import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../../export/file-sink.ts';
import { WarpwatchError } from '../../model/errors.ts';
import type { Timeline } from '../../model/timeline.ts';
import { packageRoot } from '../../recording/own-module.ts';
import { buildReport } from '../../report/build.ts';
import { type PageAssets, pageKernels, reportHtml } from '../../report/html/html.ts';

/**
 * Writes the report of a run as one page.
 * @param topKernels kernels to list; at least `pageKernels` are, since the page can sort and filter them
 * @throws WarpwatchError `not-found`, `unwritable`, `disk-full`
 */
export async function writeHtml(file: string, timeline: Timeline, topKernels: number): Promise<void> {
  const report = buildReport(timeline, Math.max(topKernels, pageKernels));
  const page = reportHtml(report, timeline, readAssets());
  // Another name for the page of a run would only leave an old page behind.
  await writeWhole(file, { force: true }, (sink) => sink.write(page));
}

/** The page's program and style, which `npm run build` puts beside the compiled sources. */
function readAssets(): PageAssets {
  const folder = join(packageRoot(), 'dist/dashboards/web');
  try {
    return {
      script: readFileSync(join(folder, 'page.js'), 'utf8'),
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
