/**
 * Bundles the command line in place, so that it starts from a few files instead of more than a hundred; part of
 * `npm run build`. What a verb alone needs stays in chunks of its own, packages stay outside.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const dist = join(import.meta.dirname, '../../dist');
rmSync(join(dist, 'chunks'), { recursive: true, force: true });
await build({
  entryPoints: [
    'src/commands/cli.js',
    'src/commands/train/process.js',
    'src/commands/bench/process.js',
    'src/commands/bench/replica-thread.js',
    'workloads/input/input-worker.js',
  ].map((file) => join(dist, file)),
  outdir: dist,
  outbase: dist,
  allowOverwrite: true,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  // Stack traces and error names stay readable.
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
});
