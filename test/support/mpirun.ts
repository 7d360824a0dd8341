import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface MpiJob {
  readonly status: number | null;
  /** Of all ranks, in no order. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of Node by `mpirun`, however few cores there are, whoever runs it. */
export async function mpirun(
  ranks: number,
  nodeArguments: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<MpiJob> {
  const hosts = ['--allow-run-as-root', '--oversubscribe', '-np', `${ranks}`];
  const child = spawn('mpirun', [...hosts, process.execPath, ...nodeArguments], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await once(child, 'close');
  return { status: child.exitCode, stdout, stderr };
}

/** Runs a program in TypeScript by `mpirun`. */
export function mpirunTypeScript(
  ranks: number,
  program: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<MpiJob> {
  const register = join(import.meta.dirname, 'register-tsx.mjs');
  return mpirun(ranks, ['--import', register, ...program], environment);
}
