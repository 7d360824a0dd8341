import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WarpwatchError } from '../model/errors.ts';
import { packageRoot } from '../recording/own-module.ts';
import type { PageAssets } from '../report/html/shell.ts';

/**
 * A page's program and its style, which `npm run build` puts beside the compiled sources.
 * @throws WarpwatchError `unsupported` where they are missing
 */
export function readAssets(program: 'page' | 'bench' | 'live', style: 'page' | 'live' = 'page'): PageAssets {
  const folder = join(packageRoot(), 'dist/dashboards/web');
  try {
    return {
      script: readFileSync(join(folder, `${program}.js`), 'utf8'),
      style: readFileSync(join(folder, `${style}.css`), 'utf8'),
    };
  } catch (cause) {
    throw new WarpwatchError(
      'unsupported',
      `The page's program is missing from ${folder}; install warpwatch again, or run npm run build.`,
      { cause },
    );
  }
}
