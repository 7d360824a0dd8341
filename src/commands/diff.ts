import type { Command } from 'commander';
import { exitCodes } from '../model/errors.ts';
import { buildDiff, isWorse } from '../report/diff/diff.ts';
import { diffMarkdown } from '../report/diff/markdown.ts';
import { diffText } from '../report/diff/text.ts';
import type { Finish } from './command.ts';
import { openRun } from './open-run.ts';

interface DiffOptions {
  readonly json?: true;
  readonly markdown?: true;
  readonly failIfWorse?: true;
}

const help = `Examples:
  warpwatch diff before.sqlite.gz after.sqlite.gz       what changed, beyond the noise
  warpwatch diff runs/monday trace.json.gz --markdown   for a pull request
  warpwatch diff runs/main runs/branch --fail-if-worse  a gate for CI

Each run is a recording, a Kineto trace, an Nsight Systems SQLite file, or a directory of the traces of all ranks.

How it decides:
  - Where both runs have steps, the medians of their times decide (samples/s where a step's samples differ), and
    seconds are told per step. Noise is half a 95 % interval out of the spread of the steps, 1 % at least; with
    fewer than three steps 5 % are assumed.
  - Where a run has none, the window decides if both do the same work, else the device time of the same calls.
  - Kernels are matched by device position and name, then by short name, then by category. Their noise comes from
    batches of their calls.
  - Times of different GPU models are held against what the peaks of both let expect.
  - Runs that have less than half of their work in common are not comparable.
`;

/** `diff A B`: what changed between two runs. */
export function declare(command: Command, _words: readonly string[], finish: Finish): void {
  command
    .argument('<before>', 'a recording or a foreign trace')
    .argument('<after>', 'another')
    .option('--json', 'print the comparison as JSON (schema warpwatch.diff/1)')
    .option('--markdown', 'print it as Markdown')
    .option('--fail-if-worse', 'end with code 1 where the verdict is worse')
    .addHelpText('before', help)
    .action(async (before: string, after: string, options: DiffOptions) => {
      const diff = buildDiff(await openRun([before]), await openRun([after]));
      if (options.json) process.stdout.write(`${JSON.stringify(diff, null, 2)}\n`);
      else process.stdout.write(options.markdown ? diffMarkdown(diff) : diffText(diff));
      if (options.failIfWorse && isWorse(diff)) finish(exitCodes.failed);
    });
}
