import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/recording/own-module.ts';

const agentFile = 'dist/collectors/cupti/libwarpwatch-agent.so';
/** `e_machine` of an ELF file for each processor that the agent is built for. */
const machines: ReadonlyMap<string, number> = new Map([
  ['x64', 62],
  ['arm64', 183],
]);
const machineOffset = 18;

/**
 * The built agent, for CUDA_INJECTION64_PATH, absolute; or a sentence that says why there is none.
 * It lies in `dist`, also for a warpwatch that runs from source.
 */
export function agentPath(): { readonly path: string } | { readonly why: string } {
  if (process.platform !== 'linux') {
    return { why: `Kernels can be recorded on Linux only; this is ${process.platform}.` };
  }
  const machine = machines.get(process.arch);
  if (machine === undefined) {
    return { why: `Kernels can be recorded on x64 and arm64 only; this is ${process.arch}.` };
  }
  const path = join(packageRoot(), agentFile);
  try {
    if (machineOf(path) === machine) return { path };
    return { why: `The agent that records kernels is built for another processor than ${process.arch}.` };
  } catch {
    return { why: `The agent that records kernels is not there. ${reasonOfBuild(path)}` };
  }
}

function machineOf(path: string): number {
  const header = Buffer.alloc(machineOffset + 2);
  const file = openSync(path, 'r');
  try {
    readSync(file, header);
  } finally {
    closeSync(file);
  }
  return header.readUInt16LE(machineOffset);
}

/** What `build-agent.mjs` left behind. */
function reasonOfBuild(path: string): string {
  try {
    return readFileSync(`${path}.why`, 'utf8').trim();
  } catch {
    return 'Build it with `npm run build`; that needs a C compiler.';
  }
}
