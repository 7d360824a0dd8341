import { spawnSync } from 'node:child_process';
import type { uvu } from 'uvu';

type Register<T> = (name: string, handler: uvu.Callback<T>) => void;

/**
 * Registers tests that need a program of the system (tmux, cc). Where it is missing they are skipped by name and
 * counted; under CI a missing program is a failure, since `.ci/run` installs it.
 */
export function needs<T>(program: string, test: uvu.Test<T>): Register<T> {
  if (hasProgram(program) || process.env['CI'] === 'true') return test;
  return (name, handler) => {
    process.stdout.write(`skipped: "${name}" needs ${program}\n`);
    test.skip(name, handler);
  };
}

function hasProgram(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}
