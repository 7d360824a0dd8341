import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/recording/own-module.ts';

const agentFile = 'dist/collectors/cupti/libwarpwatch-agent.so';
const architectures: readonly string[] = ['x64', 'arm64'];

/**
 * The built agent, for CUDA_INJECTION64_PATH, absolute; or a sentence that says why there is none.
 * It lies in `dist`, also for a warpwatch that runs from source.
 */
export function agentPath(): { readonly path: string } | { readonly why: string } {
  if (process.platform !== 'linux') {
    return { why: `Kernels can be recorded on Linux only; this is ${process.platform}.` };
  }
  if (!architectures.includes(process.arch)) {
    return { why: `Kernels can be recorded on x64 and arm64 only; this is ${process.arch}.` };
  }
  const path = join(packageRoot(), agentFile);
  try {
    accessSync(path, constants.R_OK);
    return { path };
  } catch {
    return { why: `The agent that records kernels is not there. ${reasonOfBuild(path)}` };
  }
}

/** What `build-agent.mjs` left behind. */
function reasonOfBuild(path: string): string {
  try {
    return readFileSync(`${path}.why`, 'utf8').trim();
  } catch {
    return 'Build it with `npm run build`; that needs a C compiler.';
  }
}
