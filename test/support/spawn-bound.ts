import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

/** Starts a program that ends with this process, even where this one is killed and cannot end it. */
export function spawnBound(
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): ChildProcessWithoutNullStreams {
  return spawn('setpriv', ['--pdeathsig=KILL', program, ...words], { env });
}
