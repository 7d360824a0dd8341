/** How long a person waits for help, against the least that Node takes. */
import { spawnSync } from 'node:child_process';
import { cliFile } from '../test/support/cli.ts';
import { median, type Row } from './row.ts';

const rounds = 40;
const mostHelp = 1.5;

export async function startupBenchmarks(): Promise<Row[]> {
  const ratios: number[] = [];
  const helpMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const node = timeMs(['-e', '0']);
    const help = timeMs([cliFile, '--help']);
    ratios.push(help / node);
    helpMs.push(help);
  }
  const ratio = median(ratios);
  return [
    { name: 'warpwatch --help', value: median(helpMs), unit: 'ms' },
    {
      name: 'warpwatch --help over node -e 0',
      value: ratio,
      unit: 'times',
      target: `≤ ${mostHelp}`,
      holds: ratio <= mostHelp,
      note: `median of ${rounds} pairs in alternation`,
    },
  ];
}

function timeMs(words: readonly string[]): number {
  const start = performance.now();
  spawnSync(process.execPath, words, { stdio: 'ignore' });
  return performance.now() - start;
}
