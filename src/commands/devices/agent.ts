import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { SourceReport } from '../../../collectors/collector.ts';
import type { agentPath } from '../../../collectors/cupti/agent-path.ts';

/** Where toolkits put the library; the program's own comes first, and nobody knows it before the program runs. */
const toolkitFolders = [
  'extras/CUPTI/lib64',
  'lib64',
  'targets/x86_64-linux/lib',
  'targets/sbsa-linux/lib',
] as const;
const loaderCacheMs = 3000;
const library = /^libcupti\.so(?:\.\d+)*$/;

/** Whether `warpwatch run` can record kernels here: the agent, and a libcupti for it. */
export async function examineAgent(
  agent: ReturnType<typeof agentPath>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<SourceReport> {
  const report = {
    id: 'cupti',
    gives: 'kernels, copies and NVTX ranges of any CUDA program that `warpwatch run` starts',
    devices: [],
  };
  if ('why' in agent) return { ...report, works: false, detail: agent.why };
  const cupti = findCupti(environment) ?? (await inLoaderCache());
  return {
    ...report,
    works: true,
    detail:
      cupti === null
        ? 'the agent is there; no libcupti was found in LD_LIBRARY_PATH, CUDA_HOME, /usr/local/cuda* or the cache of the loader: a program that brings its own, as PyTorch does, gives kernels, others need --libcupti.'
        : `the agent is there, and a libcupti: ${cupti}.`,
  };
}

function findCupti(environment: Readonly<Record<string, string | undefined>>): string | null {
  const own = (environment['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter(Boolean);
  const homes = [environment['CUDA_HOME'], environment['CUDA_PATH'], ...cudaFolders()];
  const folders = homes
    .filter((home) => home !== undefined && home !== '')
    .flatMap((home) => toolkitFolders.map((folder) => join(home ?? '', folder)));
  for (const folder of [...own, ...folders]) {
    const name = list(folder).find((file) => library.test(file));
    if (name !== undefined) return join(folder, name);
  }
  return null;
}

function cudaFolders(): string[] {
  return list('/usr/local')
    .filter((name) => name === 'cuda' || name.startsWith('cuda-'))
    .map((name) => join('/usr/local', name));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The libraries that the dynamic loader knows. */
function inLoaderCache(): Promise<string | null> {
  const ldconfig = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((path) => existsSync(path));
  if (ldconfig === undefined) return Promise.resolve(null);
  return new Promise((resolve) => {
    execFile(ldconfig, ['-p'], { timeout: loaderCacheMs, maxBuffer: 16 * 2 ** 20 }, (_error, stdout) => {
      resolve(/libcupti\.so\S* .*=> (\S+)/.exec(stdout)?.[1] ?? null);
    });
  });
}
