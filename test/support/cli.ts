import { type SpawnOptionsWithoutStdio, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';

/** The command line as it is built and installed; `npm test` builds it first. */
export const cliFile = join(dirname(dirname(import.meta.dirname)), 'dist/src/commands/cli.js');

export interface CliResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `warpwatch WORDS…` to its end. */
export async function warpwatch(
  words: readonly string[],
  options: SpawnOptionsWithoutStdio = {},
): Promise<CliResult> {
  return finish(startWarpwatch(words, options));
}

/** The same, allowed files of so many KiB at most: what a full disk is to a program. */
export async function warpwatchWithFileLimit(words: readonly string[], limitKiB: number): Promise<CliResult> {
  const script = `ulimit -f ${limitKiB}; exec "$0" "$@"`;
  return finish(spawn('bash', ['-c', script, process.execPath, cliFile, ...words]));
}

/** Starts `warpwatch WORDS…`, for tests that interfere with it. */
export function startWarpwatch(words: readonly string[], options: SpawnOptionsWithoutStdio = {}) {
  return spawn(process.execPath, [cliFile, ...words], options);
}

/** What a started program printed, and how it ended. */
export async function finish(child: ReturnType<typeof startWarpwatch>): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Waits until `condition` holds; fails after the deadline. */
export async function until(condition: () => boolean, what: string, deadlineMs = 30_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${deadlineMs / 1e3} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
