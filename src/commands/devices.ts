import type { Command } from 'commander';
import type { Finish } from './command.ts';
import { examineMachine } from './devices/examine.ts';
import { devicesText } from './devices/text.ts';

interface DevicesOptions {
  readonly json?: true;
  readonly dcgm?: string;
}

/** `devices`: every device, every source of figures, and for each what it gives or why it cannot. */
export function declare(command: Command, _words: readonly string[], finish: Finish): void {
  command
    .option('--json', 'print JSON')
    .option('--dcgm <url or file>', 'a dcgm-exporter page, for counters of GPUs before Hopper')
    .addHelpText('before', 'Examples:\n  warpwatch devices\n  warpwatch devices --json | jq .sources\n')
    .action(async ({ json, dcgm }: DevicesOptions) => {
      const report = await examineMachine(dcgm === undefined ? {} : { dcgm });
      const width = process.stdout.columns ?? plainWidth;
      process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : devicesText(report, width));
      if (report.sources.some(({ hangs }) => hangs === true)) finish.withHangingCall();
    });
}

/** Of text that goes to a file or a pipe. */
const plainWidth = 100;
