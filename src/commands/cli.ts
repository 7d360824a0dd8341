#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { exitCodes, WarpwatchError } from '../model/errors.ts';
import type { Finish } from './command.ts';
import { verbs } from './verbs.ts';
import { warpwatchVersion } from './version.ts';

const examples = `Examples:
  warpwatch train resnet              train ResNet-20 on this machine and watch it
  warpwatch report runs/…             what happened in a recording
  warpwatch top --once --json         figures of this machine, for a script
`;

/** Whether a call into a driver has not come back. */
let callHangs = false;

async function run(words: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const finish: Finish = Object.assign(
    (code: number) => {
      exitCode = code;
    },
    {
      withHangingCall: () => {
        callHangs = true;
      },
    },
  );
  try {
    const program = await declareProgram(words, finish);
    await program.parseAsync(defaultVerb(words), { from: 'user' });
    return exitCode;
  } catch (error) {
    return failure(error);
  }
}

/** `warpwatch` alone on a terminal is `warpwatch top`; elsewhere it is its help. */
function defaultVerb(words: readonly string[]): string[] {
  if (words.length > 0) return [...words];
  return process.stdout.isTTY ? ['top'] : ['--help'];
}

async function declareProgram(words: readonly string[], finish: Finish): Promise<Command> {
  const program = new Command('warpwatch')
    .description('What your GPU really does while a network trains: the coarse util beside the real figures.')
    .version(warpwatchVersion(), '-V, --version')
    .helpCommand(false)
    .addHelpText('before', examples)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'warpwatch: ')) })
    .showSuggestionAfterError()
    .exitOverride();
  const [chosen] = defaultVerb(words);
  for (const verb of verbs) {
    const command = program.command(verb.name).summary(verb.summary).description(verb.summary);
    // The others are there for the list of verbs and for suggestions.
    if (verb.name === chosen) (await verb.load()).declare(command, words.slice(1), finish);
  }
  return program;
}

function failure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof WarpwatchError) {
    process.stderr.write(`warpwatch: ${error.message}\n`);
    return error.exitCode;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`warpwatch: this is a defect of warpwatch, please report it.\n${detail}\n`);
  return exitCodes.failed;
}

/** The only place that ends the process, so that every way out has its exit code here. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read our output has enough, as `| head` does.
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  process.stderr.write(`warpwatch: standard output cannot be written: ${error.message}.\n`);
  process.exit(exitCodes.failed);
});
const exitCode = await run(process.argv.slice(2));
// A write that failed tells so on the next turn of the loop.
await new Promise((resolve) => setImmediate(resolve));
if (callHangs) {
  const { exitNow } = await import('../../collectors/nvml/exit-now.ts');
  // What was written to a pipe goes out before; a reader that never takes it must not hold us.
  await new Promise((resolve) => process.stdout.write('', resolve));
  exitNow(exitCode);
}
process.exit(exitCode);
