/** Bundles the programs of the pages and their styles into dist/dashboards/web, where `report --html` and `serve --web` find them; part of `npm run build`. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

// The chart library asks that its licence goes with every copy of it; its own comment is not marked to be kept.
const uplot = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));
const licence = readFileSync(join(uplot, 'LICENSE'), 'utf8').trim();

await build({
  entryPoints: ['page.ts', 'bench.ts', 'live.ts', 'page.css', 'live.css'].map((file) =>
    join(import.meta.dirname, file),
  ),
  outdir: join(import.meta.dirname, '../../dist/dashboards/web'),
  bundle: true,
  minify: true,
  format: 'iife',
  // The oldest browsers that unpack streams (DecompressionStream with deflate-raw).
  target: ['chrome103', 'firefox113', 'safari16.4'],
  charset: 'utf8',
  banner: { js: `/* uPlot: ${licence} */` },
  logLevel: 'warning',
});
