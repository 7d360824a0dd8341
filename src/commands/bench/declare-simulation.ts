import type { Command } from 'commander';
import type { Finish } from '../command.ts';
import { addOutputOptions, type OutputOptions, tellResult } from './output-options.ts';
import { simulateBench } from './simulate.ts';
import { simulationHelp } from './simulation-keys.ts';

interface SimulationOptions extends OutputOptions {
  readonly simulate: string;
  readonly from?: string;
}

/** `bench --simulate SPEC`. */
export function declareSimulation(command: Command, finish: Finish): void {
  command
    .requiredOption(
      '--simulate <spec>',
      'work out, without training, what so many GPUs would do, such as gpus=1024',
    )
    .option('--from <path>', 'a recording or a benchmark to take step times and sizes from')
    .addHelpText('after', () => `\n${simulationHelp()}`);
  addOutputOptions(command).action(async ({ simulate: spec, from, ...output }: SimulationOptions) => {
    await tellResult(await simulateBench({ spec, from: from ?? null }), output);
    finish(0);
  });
}
