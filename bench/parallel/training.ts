/** Two replicas of ResNet-20 against one, by the verb `bench` itself; on two cores each replica has one. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchResult } from '../../src/analysis/bench/result.ts';
import type { ModeName } from '../../src/model/parallel.ts';
import { cliFile } from '../../test/support/cli.ts';
import { temporaryDirectory } from '../../test/support/temporary.ts';
import type { Row } from '../row.ts';

const words = ['bench', '--replicas', '1,2', '--threads', '1', '--backend', 'wasm', '--checkpoints', '0'];
const rounds = 5;
const steps = 30;
/** Replicas that are never averaged do what two trainings beside each other do: as much as the machine can. */
const apart = ['--modes', 'sync,async,local', '--average-every', '1000'];
const slowed = ['--modes', 'sync,async', '--straggler', '1:2.0'];
const outputLimitBytes = 2 ** 26;

export async function trainingRows(): Promise<Row[]> {
  const even = await compare(apart);
  const uneven = await compare(slowed);
  const overAlone = (wanted: ModeName) =>
    2 * (even.runs.find(({ mode }) => mode === wanted)?.efficiency.value ?? Number.NaN);
  return [
    ratio('ResNet-20, samples/s of 2 replicas in sync / one alone', overAlone('sync'), 1.7),
    ratio('the same of 2 that share nothing: what the machine can', overAlone('local')),
    ratio('ResNet-20, samples/s of 2 replicas, async / sync', asyncOverSync(even), 1),
    ratio('the same, one replica slowed to twice its time', asyncOverSync(uneven), 1.4),
  ];
}

async function compare(options: readonly string[]): Promise<BenchResult> {
  const record = join(temporaryDirectory(), 'bench');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      cliFile,
      ...words,
      ...options,
      '--steps',
      `${steps}`,
      '--rounds',
      `${rounds}`,
      '--json',
      '--record',
      record,
    ],
    { maxBuffer: outputLimitBytes },
  );
  return JSON.parse(stdout);
}

function asyncOverSync({ verdict }: BenchResult): number {
  const found = verdict.comparisons.find(
    ({ figure, a, b }) => figure === 'samplesPerSecond' && a.startsWith('async') && b.startsWith('sync'),
  );
  return found?.value ?? Number.NaN;
}

function ratio(name: string, value: number, least?: number): Row {
  const note = `paired by rounds, ${rounds} of them, ${steps} steps each`;
  const held = least === undefined ? {} : { target: `≥ ${least}`, holds: value >= least };
  return { name, value, unit: 'x', ...held, note };
}
