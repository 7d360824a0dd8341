import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode, WarpwatchError } from '../../model/errors.ts';
import type { Timeline } from '../../model/timeline.ts';
import { buildReport } from '../../report/build.ts';
import { type PageAssets, pageKernels, reportHtml } from '../../report/html/html.ts';

/**
 * Writes the report of a run as one page.
 * @param topKernels kernels to list; at least `pageKernels` are, since the page can sort and filter them
 * @throws WarpwatchError `not-found`, `unwritable`, `disk-full`
 */
export function writeHtml(file: string, timeline: Timeline, topKernels: number): void {
  const report = buildReport(timeline, Math.max(topKernels, pageKernels));
  const page = reportHtml(report, timeline, readAssets());
  try {
    writeFileSync(file, page);
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

/** The page's program and style, which `npm run build` puts beside the compiled sources. */
function readAssets(): PageAssets {
  const folder = join(import.meta.dirname, '../../../dashboards/web');
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

function cannotWrite(file: string, cause: unknown): WarpwatchError {
  switch (systemErrorCode(cause)) {
    case 'ENOENT':
      return new WarpwatchError('not-found', `${file} cannot be written: its directory is not there.`, {
        cause,
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new WarpwatchError('disk-full', `${file} cannot be written: the disk is full.`, { cause });
    case 'EISDIR':
      return new WarpwatchError('unwritable', `${file} is a directory; name a file with --html.`, { cause });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new WarpwatchError(
        'unwritable',
        `${file} cannot be written: writing is not allowed there; name another file with --html.`,
        { cause },
      );
    default:
      return new WarpwatchError('unwritable', `${file} cannot be written: ${String(cause)}.`, { cause });
  }
}
