import { algorithms } from '../../analysis/simulation/collectives.ts';
import type { SimulatedMode } from '../../analysis/simulation/settings.ts';
import { simulatedModes } from '../../analysis/simulation/simulate.ts';
import { WarpwatchError } from '../../model/errors.ts';
import { editDistance } from '../../report/check/suggest.ts';
import { listOf, oneOf, orWord, pair, type Reader, ratio, size, time, whole } from './simulation-values.ts';

type Optional<T> = { readonly value: T | null };

/** What a simulation can be told, by the key that it is told under. */
export interface SimulationValues {
  gpus: readonly number[];
  steps: number;
  mode: readonly SimulatedMode[];
  batch: number;
  step: number;
  cv: number;
  bytes: number;
  backward: number;
  bucket: number;
  algorithm: (typeof algorithms)[number];
  chunk: number;
  tier: readonly string[];
  'gpus-per-node': number;
  bandwidth: Optional<readonly number[]>;
  latency: Optional<readonly number[]>;
  servers: Optional<number>;
  'server-bandwidth': Optional<number>;
  apply: Optional<number>;
  bound: Optional<number>;
  every: number;
  straggler: Optional<readonly (readonly [number, number])[]>;
  slow: Optional<readonly [number, number]>;
  mtbf: Optional<number>;
  checkpoint: number;
  save: number;
  restart: number;
  'on-failure': 'restart' | 'fewer';
  seed: number;
}

export type SimulationKey = keyof SimulationValues;

interface Row<T> {
  readonly reader: Reader<T>;
  /** As a person would write it. */
  readonly usual: string;
  /** For help. */
  readonly summary: string;
}

const aboveZero = 1e-9;
const factor = ratio(1, 1000);
const anyWord: Reader<string> = {
  takes: 'the names of tiers, inside a node and between',
  read: (text) => text,
};

/** In the order in which assumptions are told. */
const rows: { readonly [K in SimulationKey]: Row<SimulationValues[K]> } = {
  gpus: {
    reader: listOf(whole(1)),
    usual: '1024',
    summary: 'numbers of GPUs; one alone is the most, and powers of two below it are simulated too',
  },
  steps: { reader: whole(1), usual: '1000', summary: 'of each GPU' },
  mode: { reader: listOf(oneOf(simulatedModes)), usual: 'sync+async+local', summary: 'modes to compare' },
  batch: { reader: whole(1), usual: '32', summary: 'samples of a step of a GPU' },
  step: { reader: time(aboveZero), usual: '100ms', summary: 'computing time of a step' },
  cv: {
    reader: ratio(0, 5),
    usual: '0.05',
    summary: 'its standard deviation over its mean (lognormal); 0 for none',
  },
  bytes: { reader: size, usual: '100MB', summary: 'of gradients and of parameters' },
  // Of three parts of arithmetic the forward pass is one, and gradients of inputs and of weights are one each.
  backward: {
    reader: ratio(0, 1),
    usual: '0.667',
    summary: 'share of a step in which gradients come to be, for averages to overlap with',
  },
  // bucket_cap_mb of PyTorch's DistributedDataParallel.
  bucket: { reader: size, usual: '25MB', summary: 'averaged at a time' },
  algorithm: { reader: oneOf(algorithms), usual: 'ring', summary: 'of averages: ring, tree, hierarchical' },
  // NCCL's buffer of 4 MiB in 8 parts (NCCL_BUFFSIZE, NCCL_STEPS).
  chunk: { reader: size, usual: '512KiB', summary: 'that a tree hands on at a time' },
  tier: { reader: listOf(anyWord, 2), usual: 'nvlink+ib', summary: 'links inside a node and between' },
  'gpus-per-node': { reader: whole(1), usual: '8', summary: 'GPUs that share a node' },
  bandwidth: {
    reader: orWord('tier', listOf(size, 2)),
    usual: 'tier',
    summary: 'each direction, of a GPU in its node and of a network card',
  },
  latency: {
    reader: orWord('tier', listOf(time(0), 2)),
    usual: 'tier',
    summary: 'of a hop inside a node and between',
  },
  servers: { reader: orWord('node', whole(1)), usual: 'node', summary: 'parameter servers of async' },
  'server-bandwidth': { reader: orWord('link', size), usual: 'link', summary: 'of a server, each direction' },
  apply: {
    reader: orWord('memory', time(0)),
    usual: 'memory',
    summary: 'time to update all parameters on one server',
  },
  bound: {
    reader: orWord('none', whole(0)),
    usual: 'none',
    summary: 'steps that a replica may be ahead of the slowest in async',
  },
  every: { reader: whole(1), usual: '8', summary: 'steps between two averages in local' },
  straggler: {
    reader: orWord('none', listOf(pair('a replica and its factor, such as 1:2.0', whole(0), factor))),
    usual: 'none',
    summary: 'replicas and how many times their time they take, such as 1:2.0',
  },
  slow: {
    reader: orWord(
      'none',
      pair('a share of replicas and their factor, such as 0.05:1.5', ratio(0, 1), factor),
    ),
    usual: 'none',
    summary: 'a share of replicas that is slow, such as 0.05:1.5',
  },
  mtbf: {
    reader: orWord('none', time(aboveZero)),
    usual: 'none',
    summary: 'time between two failures of a GPU, such as 50000h',
  },
  checkpoint: { reader: time(aboveZero), usual: '10min', summary: 'time between two checkpoints' },
  save: { reader: time(0), usual: '0s', summary: 'what a checkpoint holds up' },
  restart: { reader: time(0), usual: '5min', summary: 'time until a GPU that failed is back' },
  'on-failure': {
    reader: oneOf(['restart', 'fewer']),
    usual: 'restart',
    summary: 'of sync and local: restart from the checkpoint, or go on with fewer',
  },
  seed: { reader: whole(0), usual: '1', summary: 'of the draws of step times' },
};

export const simulationKeys = Object.keys(rows) as readonly SimulationKey[];

/** What stands for a key that nobody gave. */
export function usualOf(key: SimulationKey): string {
  return rows[key].usual;
}

/** Every key with its default, for help. */
export function simulationHelp(): string {
  const widest = Math.max(...simulationKeys.map((key) => `${key}=${usualOf(key)}`.length));
  const lines = simulationKeys.map((key) => {
    const { usual, summary } = rows[key];
    return `  ${`${key}=${usual}`.padEnd(widest)}  ${summary}`;
  });
  return [
    'Keys of a simulation, with their defaults; several values of one are joined by +:',
    ...lines,
    'In place of keys `validate`, with --from DIR: the runs of a benchmark, simulated beside what was measured.',
    '',
  ].join('\n');
}

/** @throws WarpwatchError `usage` where the text is no value of the key */
export function readKey<K extends SimulationKey>(key: K, text: string): SimulationValues[K] {
  const { reader } = rows[key];
  const value = reader.read(text);
  if (value !== null) return value;
  throw new WarpwatchError(
    'usage',
    `--simulate: ${key}= takes ${reader.takes}; ${text || 'nothing'} is none.`,
  );
}

/**
 * Takes `gpus=1024,steps=1000` apart.
 * @throws WarpwatchError `usage` where a key is unknown, stands twice or has no value
 */
export function splitSpecification(spec: string): ReadonlyMap<SimulationKey, string> {
  const given = new Map<SimulationKey, string>();
  for (const entry of spec.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const [, name = entry, text] = /^([^=]*)=(.*)$/.exec(entry) ?? [];
    const key = keyNamed(name.trim());
    if (text === undefined || text.trim() === '') {
      throw new WarpwatchError('usage', `--simulate: ${key} has no value; write ${key}=${usualOf(key)}.`);
    }
    if (given.has(key)) throw new WarpwatchError('usage', `--simulate: ${key}= stands twice; keep one.`);
    given.set(key, text.trim());
  }
  return given;
}

function keyNamed(name: string): SimulationKey {
  const key = simulationKeys.find((known) => known === name);
  if (key !== undefined) return key;
  const near = simulationKeys.toSorted((a, b) => editDistance(name, a) - editDistance(name, b))[0];
  throw new WarpwatchError(
    'usage',
    `--simulate knows no ${name === '' ? 'empty key' : `key ${name}`}; did you mean ${near}? ` +
      `There are ${simulationKeys.join(', ')}.`,
  );
}
