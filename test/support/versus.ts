import { join } from 'node:path';
import { benchCommands, type VersusEnd, type VersusRequest } from '../../src/commands/bench/versus.ts';
import { temporaryDirectory } from './temporary.ts';

export interface ComparedCommands extends VersusEnd {
  readonly place: string;
  /** What was told on the way. */
  readonly stderr: string;
}

/** Runs two commands in two rounds, as `bench -- A --vs B` does, and takes what it says meanwhile. */
export async function compareCommands(
  a: readonly string[],
  b: readonly string[],
  change: Partial<VersusRequest> = {},
): Promise<ComparedCommands> {
  const place = join(temporaryDirectory(), 'bench');
  const { write } = process.stderr;
  let stderr = '';
  process.stderr.write = (chunk: string | Uint8Array) => {
    stderr += String(chunk);
    return true;
  };
  try {
    const end = await benchCommands({
      commands: [a, b],
      rounds: 2,
      directory: place,
      options: { kernels: { mode: 'full' } },
      words: ['--', ...a, '--vs', ...b],
      withHangingCall: () => undefined,
      ...change,
    });
    return { ...end, place, stderr };
  } finally {
    process.stderr.write = write;
  }
}
