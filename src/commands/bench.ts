import type { Command } from 'commander';
import { declareCommands } from './bench/declare-commands.ts';
import { declareSimulation } from './bench/declare-simulation.ts';
import { declareTraining } from './bench/declare-training.ts';
import { commandsIn, ownWords } from './bench/words.ts';
import type { Finish } from './command.ts';

const examples = `Examples:
  warpwatch bench                                       one replica, and two by sync and by async, of ResNet-20
  warpwatch bench --replicas 2,4 --modes sync,local --rounds 5
  warpwatch bench --straggler 1:2.0                     replica 1 takes twice its time
  warpwatch bench --on-loss continue --fault-replica 1:crash@10
  warpwatch bench --backend webgpu --adapter 0,1 --workload ssd
  warpwatch bench --simulate gpus=1024 --from runs/…    what a large cluster would do
  warpwatch bench --rounds 5 -- torchrun ddp.py --vs torchrun mine.py
`;

const others = `
Each workload has options of its own: warpwatch bench --workload ssd --help
Options of a simulation: warpwatch bench --simulate gpus=8 --help
Options of two commands: warpwatch bench --help -- COMMAND_A --vs COMMAND_B
`;

/** `bench`: several replicas train one model in different modes; or two commands run by turns; or a simulation. */
export function declare(command: Command, words: readonly string[], finish: Finish): void {
  command
    .usage('[options] [-- COMMAND_A --vs COMMAND_B]')
    .addHelpText('before', examples)
    .addHelpText('after', others);
  const commands = commandsIn(words);
  if (commands !== null) declareCommands(command, commands, words, finish);
  else if (ownWords(words).some((word) => /^--simulate(?:=|$)/.test(word)))
    declareSimulation(command, finish);
  else declareTraining(command, words, finish);
}
