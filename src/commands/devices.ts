import type { Command } from 'commander';
import { clean } from '../model/clean-text.ts';
import { isKnown } from '../model/measured.ts';
import { byteSize, measuredText, withUnit } from '../model/numbers.ts';
import { examineMachine, type MachineReport } from './devices/examine.ts';

/** `devices`: every device, every source of figures, and for each what it gives or why it cannot. */
export function declare(command: Command): void {
  command
    .option('--json', 'print JSON')
    .addHelpText('before', 'Examples:\n  warpwatch devices\n  warpwatch devices --json | jq .sources\n')
    .action(async ({ json }: { json?: true }) => {
      const report = await examineMachine();
      process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : devicesText(report));
    });
}

function devicesText({ devices, sources }: MachineReport): string {
  const deviceLines = devices.flatMap((device) => [
    `${device.id}: ${clean(device.name)} (${device.vendor}), ${measuredText(device.memoryBytes, byteSize)} memory`,
    isKnown(device.peakFlops)
      ? `  peak ${withUnit(device.peakFlops.value, 'FLOP/s')}, ${device.peakFlops.from}`
      : `  peak unknown: ${device.peakFlops.why}`,
  ]);
  const sourceLines = sources.flatMap(({ id, works, gives, detail }) => [
    `${works ? '✓' : '✗'} ${id}: ${gives}`,
    `    ${detail}`,
  ]);
  return ['Devices', ...deviceLines, '', 'Sources', ...sourceLines, ''].join('\n');
}
