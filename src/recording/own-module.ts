import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Path of one of this package's modules, for a thread or a process that runs it: the built one where the caller is built,
 * the source in tests. Bundled code stands in other files than its source, so it cannot ask for its neighbour.
 * @param path in the sources without an ending, such as `src/recording/file-sink-worker`
 */
export function ownModule(path: string): string {
  const root = packageRoot();
  return import.meta.url.endsWith('.ts') ? join(root, `${path}.ts`) : join(root, 'dist', `${path}.js`);
}

/** The directory of this package's package.json. */
export function packageRoot(): string {
  return dirname(createRequire(import.meta.url).resolve('warpwatch/package.json'));
}
