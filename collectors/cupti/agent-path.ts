import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/recording/own-module.ts';

/** Where the agent for CUDA programs is, or why there is none. */
export function agentPath(): { readonly path: string } | { readonly why: string } {
  const path = join(packageRoot(), 'dist/collectors/cupti/libwarpwatch-agent.so');
  if (existsSync(path)) return { path };
  return {
    why: 'The agent that records kernels is not built: install a C compiler and run `npm run build` in the package of warpwatch.',
  };
}
