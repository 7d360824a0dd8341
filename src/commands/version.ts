import { createRequire } from 'node:module';

/** This package's version, out of its package.json. */
export function warpwatchVersion(): string {
  const { version } = createRequire(import.meta.url)('warpwatch/package.json') as { version: string };
  return version;
}
