import type { Command } from 'commander';
import type { Finish } from '../command.ts';
import { parseCount } from '../report.ts';
import { addRecordingOptions, type RecordingOptions } from '../run/options.ts';
import { addOutputOptions, type OutputOptions, tellResult } from './output-options.ts';
import { defaultRounds } from './plan.ts';
import { benchCommands, type VersusRequest } from './versus.ts';

interface CommandsOptions extends RecordingOptions, OutputOptions {
  readonly rounds: number;
  readonly record?: string;
}

/** `bench -- COMMAND_A --vs COMMAND_B`. */
export function declareCommands(
  command: Command,
  commands: VersusRequest['commands'],
  words: readonly string[],
  finish: Finish,
): void {
  command
    .argument('[words...]', 'two commands with --vs between them')
    .option('--rounds <count>', 'how often each is run, by turns', parseCount, defaultRounds)
    .option('--record <directory>', 'where the recordings go (default: a new directory below runs/)');
  addRecordingOptions(command);
  addOutputOptions(command).action(async (_words: readonly string[], options: CommandsOptions) => {
    const { result, exitCode } = await benchCommands({
      commands,
      rounds: options.rounds,
      directory: options.record ?? null,
      options,
      words,
      withHangingCall: finish.withHangingCall,
    });
    await tellResult(result, options);
    finish(exitCode);
  });
}
