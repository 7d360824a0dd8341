import { spawn } from 'node:child_process';
import { type CliResult, cliFile, finish } from './cli.ts';

/** Arguments of Node in so many ranks. */
export interface Ranks {
  readonly count: number;
  readonly words: readonly string[];
}

/** Runs programs of Node as one job of `mpirun`, however few cores there are, whoever runs it. */
export function mpirun(
  programs: readonly Ranks[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const words = programs.flatMap((program, at) => [
    ...(at === 0 ? [] : [':']),
    ...['-np', `${program.count}`, process.execPath, ...program.words],
  ]);
  const env = { ...process.env, ...environment };
  return finish(spawn('mpirun', ['--allow-run-as-root', '--oversubscribe', ...words], { env }));
}

/** Runs `warpwatch WORDS…` in ranks, one after the other by its own words. */
export function mpirunWarpwatch(...wordsByRank: readonly (readonly string[])[]): Promise<CliResult> {
  return mpirun(wordsByRank.map((words) => ({ count: 1, words: [cliFile, ...words] })));
}
