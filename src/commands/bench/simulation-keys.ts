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
}

const aboveZero = 1e-9;
const factor = ratio(1, 1000);
const anyWord: Reader<string> = {
  takes: 'the names of tiers, inside a node and between',
  read: (text) => text,
};

/** In the order in which assumptions are told. */
const rows: { readonly [K in SimulationKey]: Row<SimulationValues[K]> } = {
  gpus: { reader: listOf(whole(1)), usual: '1024' },
  steps: { reader: whole(1), usual: '1000' },
  mode: { reader: listOf(oneOf(simulatedModes)), usual: 'sync+async+local' },
  batch: { reader: whole(1), usual: '32' },
  step: { reader: time(aboveZero), usual: '100ms' },
  cv: { reader: ratio(0, 5), usual: '0.05' },
  bytes: { reader: size, usual: '100MB' },
  // Of three parts of arithmetic the forward pass is one, and gradients of inputs and of weights are one each.
  backward: { reader: ratio(0, 1), usual: '0.667' },
  // bucket_cap_mb of PyTorch's DistributedDataParallel.
  bucket: { reader: size, usual: '25MB' },
  algorithm: { reader: oneOf(algorithms), usual: 'ring' },
  // NCCL's buffer of 4 MiB in 8 parts (NCCL_BUFFSIZE, NCCL_STEPS).
  chunk: { reader: size, usual: '512KiB' },
  tier: { reader: listOf(anyWord, 2), usual: 'nvlink+ib' },
  'gpus-per-node': { reader: whole(1), usual: '8' },
  bandwidth: { reader: orWord('tier', listOf(size, 2)), usual: 'tier' },
  latency: { reader: orWord('tier', listOf(time(0), 2)), usual: 'tier' },
  servers: { reader: orWord('node', whole(1)), usual: 'node' },
  'server-bandwidth': { reader: orWord('link', size), usual: 'link' },
  apply: { reader: orWord('memory', time(0)), usual: 'memory' },
  bound: { reader: orWord('none', whole(0)), usual: 'none' },
  every: { reader: whole(1), usual: '8' },
  straggler: {
    reader: orWord('none', listOf(pair('a replica and its factor, such as 1:2.0', whole(0), factor))),
    usual: 'none',
  },
  slow: {
    reader: orWord(
      'none',
      pair('a share of replicas and their factor, such as 0.05:1.5', ratio(0, 1), factor),
    ),
    usual: 'none',
  },
  mtbf: { reader: orWord('none', time(aboveZero)), usual: 'none' },
  checkpoint: { reader: time(aboveZero), usual: '10min' },
  save: { reader: time(0), usual: '0s' },
  restart: { reader: time(0), usual: '5min' },
  'on-failure': { reader: oneOf(['restart', 'fewer']), usual: 'restart' },
  seed: { reader: whole(0), usual: '1' },
};

export const simulationKeys = Object.keys(rows) as readonly SimulationKey[];

/** What stands for a key that nobody gave. */
export function usualOf(key: SimulationKey): string {
  return rows[key].usual;
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
