/** Bundles the page's program and style into dist/dashboards/web, where `report --html` finds them; part of `npm run build`. */
import { join } from 'node:path';
import { build } from 'esbuild';

await build({
  entryPoints: [join(import.meta.dirname, 'page.ts'), join(import.meta.dirname, 'page.css')],
  outdir: join(import.meta.dirname, '../../dist/dashboards/web'),
  bundle: true,
  minify: true,
  format: 'iife',
  // The oldest browsers that unpack streams (DecompressionStream with deflate-raw).
  target: ['chrome103', 'firefox113', 'safari16.4'],
  charset: 'utf8',
  legalComments: 'inline',
  logLevel: 'warning',
});
