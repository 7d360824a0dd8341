import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { exitCodes, messageOf, WarpwatchError } from '../model/errors.ts';
import { buildReport } from '../report/build.ts';
import { checkReport } from '../report/check/check.ts';
import { unitNames } from '../report/check/literal.ts';
import { parseRequirement, parseRequirements, type Requirement } from '../report/check/parse.ts';
import { resolveRequirement } from '../report/check/resolve.ts';
import { checkText } from '../report/check/text.ts';
import type { Finish } from './command.ts';
import { openRun } from './open-run.ts';

interface CheckOptions {
  readonly require: readonly string[];
  readonly requirements?: string;
  readonly json?: true;
}

/** Kernels that a requirement can name; more than any gate asks for. */
const kernelsInReach = 10_000;

const help = `Examples:
  warpwatch check runs/first --require 'smActive>=0.4'
  warpwatch check trace.json.gz --require 'steps.samplesPerSecond>=200' --require 'idle.seconds<500ms'
  warpwatch check runs/first --requirements gate.txt --json

A requirement is a path of \`warpwatch report --json\`, a comparison, and a value:
  smActive>=40%                     on every device
  devices[gpu1].smActive >= 0.4     on one, by id or by number from 0
  devices[0].idle.seconds < 1
  topKernels[*].share <= 0.5        every kernel; topKernels[NAME] is one by its name
  damage.length == 0
  source.format == kineto
  advice.input-bound != warn        a finding, by its id: ok, warn or recheck
Comparisons: >= <= > < == !=. Units: ${unitNames.join(' ')}.
A file holds one requirement a line; # begins a comment.
A figure that is missing fails with its reason, and so does NaN. Exit codes: 0 all hold, 1 one fails, 2 a requirement is
wrong.
`;

/** `check PATH --require EXPR`: a gate for CI. */
export function declare(command: Command, _words: readonly string[], finish: Finish): void {
  command
    .argument('<path...>', 'a recording or a foreign trace; several are the ranks of one training')
    .option('--require <expression>', 'what must hold; may be given several times', collect, [])
    .option('--requirements <file>', 'a file with one requirement a line')
    .option('--json', 'print the outcome as JSON (schema warpwatch.check/1)')
    .addHelpText('before', help)
    .action(async (paths: readonly string[], options: CheckOptions) => {
      const requirements = readRequirements(options);
      // A wrong requirement is told before a large trace is read.
      requirements.forEach(resolveRequirement);
      const check = checkReport(buildReport(await openRun(paths), kernelsInReach), requirements);
      process.stdout.write(options.json ? `${JSON.stringify(check, null, 2)}\n` : checkText(check));
      if (!check.passed) finish(exitCodes.failed);
    });
}

function collect(expression: string, before: readonly string[]): string[] {
  return [...before, expression];
}

function readRequirements({ require, requirements: file }: CheckOptions): Requirement[] {
  const all = [...require.map(parseRequirement), ...(file === undefined ? [] : readFile(file))];
  if (all.length > 0) return all;
  throw new WarpwatchError(
    'usage',
    file === undefined
      ? "Nothing is required; say what with --require 'smActive>=0.4' or --requirements FILE."
      : `${file} holds no requirement; write one a line, such as smActive>=0.4.`,
  );
}

function readFile(file: string): Requirement[] {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new WarpwatchError(
      'unreadable',
      `The requirements in ${file} cannot be read: ${messageOf(cause)}.`,
      { cause },
    );
  }
  return parseRequirements(content);
}
