/** What a fleet costs: from a recorded answer of a Prometheus (synthetic: nothing of it was measured) to the drawn page. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { seriesPerGpu } from '../test/support/synthetic-prometheus.ts';
import { median, type Row } from './row.ts';

const hosts = 1000;
/** A first look is one of a process, so that it takes several of them. */
const processes = 3;
/** A fleet is drawn within it, also when all code runs for the first time. */
const mostMs = 200;
const looksFile = fileURLToPath(new URL('./fleet/looks.ts', import.meta.url));

export async function fleetBenchmarks(): Promise<Row[]> {
  return [...(await looksAt(1, true)), ...(await looksAt(8, false))];
}

interface Looks {
  readonly megabytes: number;
  /** The first one first. */
  readonly ms: readonly number[];
  readonly cpuMs: readonly number[];
}

async function looksAt(gpus: number, isTarget: boolean): Promise<Row[]> {
  const told: Looks[] = [];
  for (let turn = 0; turn < processes; turn += 1) told.push(await inProcess(gpus));
  const series = (hosts * gpus * seriesPerGpu).toLocaleString('en');
  const size = `${(told[0]?.megabytes ?? Number.NaN).toFixed(1)} MB, ${series} series, synthetic`;
  const name = `${hosts} hosts of ${gpus === 1 ? 'one GPU' : `${gpus} GPUs`}, answer to drawn page`;
  const firstOf = (pick: (looks: Looks) => readonly number[]): number =>
    median(told.map((looks) => pick(looks)[0] ?? Number.NaN));
  const value = firstOf(({ cpuMs }) => cpuMs);
  return [
    {
      name: `${name}: the first look of a process`,
      value,
      unit: 'ms of CPU',
      ...(isTarget ? { target: `≤ ${mostMs}`, holds: value <= mostMs } : {}),
      note: `all threads, median of ${processes} processes; ${size}`,
    },
    { name: `${name}: the first look by the clock`, value: firstOf(({ ms }) => ms), unit: 'ms' },
    {
      name: `${name}: later looks by the clock`,
      value: median(told.flatMap(({ ms }) => ms.slice(1))),
      unit: 'ms',
    },
  ];
}

async function inProcess(gpus: number): Promise<Looks> {
  // With what loads TypeScript in this process.
  const words = [...process.execArgv, looksFile, String(gpus)];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout) as Looks;
}
