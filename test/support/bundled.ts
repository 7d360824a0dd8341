/** Programs and threads of tests as one module of plain JavaScript: to load their sources takes tsx a second of a core each time. */
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { packageRoot } from '../../src/recording/own-module.ts';
import { temporaryDirectory } from './temporary.ts';

const made = new Map<string, string>();
let directory: string | undefined;

/**
 * Bundles a program in TypeScript, once a process of tests. Threads of the package that it starts are the built ones, so
 * `npm run build` comes first.
 *
 * @param source absolute path
 * @returns path of the module; a thread of it is started with `execArgv: []`, or it loads tsx all the same
 */
export function bundled(source: string): string {
  const before = made.get(source);
  if (before !== undefined) return before;
  // Only from within the package is it found, and what it needs.
  const cache = join(packageRoot(), '.cache');
  mkdirSync(cache, { recursive: true });
  directory ??= temporaryDirectory(cache);
  // Programs in different folders may have one name.
  const module = join(directory, `${made.size}`, basename(source).replace(/\.ts$/, '.mjs'));
  buildSync({
    entryPoints: [source],
    outfile: module,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    // Names of errors are read.
    keepNames: true,
    logLevel: 'warning',
  });
  made.set(source, module);
  return module;
}
