import { WarpwatchError } from '../../src/model/errors.ts';
import type { ModeName } from '../../src/model/parallel.ts';
import { choiceOption, numberOption, type OptionValues } from '../training/options.ts';
import type { ModeSettings } from './mode.ts';

/** A mode of several replicas. */
export type GroupModeName = Exclude<ModeName, 'single'>;

/** Every mode in a line. Names alone: what they do loads TensorFlow.js. */
export const modeSummaries: Readonly<Record<GroupModeName, string>> = {
  sync: 'each step by the mean of all gradients; all wait for the slowest',
  async: 'each replica updates shared parameters when it is ready; none waits',
  local: 'each replica trains alone for some steps, then parameters are averaged',
};

const mebibyte = 2 ** 20;

/** Options of the modes; `modeSettings` makes of them what modes take. */
export const parallelOptions = {
  bucketMib: numberOption(
    {
      flag: '--bucket-mib',
      placeholder: 'MiB',
      description: 'sync, local: size of the parts that are averaged one by one',
    },
    { min: 0.001, max: 4096 },
    1,
  ),
  overlap: choiceOption(
    {
      flag: '--overlap',
      placeholder: 'on|off',
      description: 'sync: average gradients while the backward pass goes on',
    },
    ['on', 'off'],
    'on',
  ),
  batchNorm: choiceOption(
    {
      flag: '--batch-norm',
      placeholder: 'kind',
      description: 'sync: normalise over the batch of each replica, or over those of all',
    },
    ['local', 'synchronised'],
    'local',
  ),
  averageEvery: numberOption(
    { flag: '--average-every', placeholder: 'steps', description: 'local: steps between two averages' },
    { min: 1, whole: true },
    8,
  ),
  servers: numberOption(
    { flag: '--servers', placeholder: 'count', description: 'async: parameter servers' },
    { min: 1, max: 1024, whole: true },
    1,
  ),
  placement: choiceOption(
    {
      flag: '--placement',
      placeholder: 'kind',
      description: 'async: how parameters are dealt out to the servers',
    },
    ['size', 'round-robin'],
    'size',
  ),
  stalenessBound: numberOption(
    {
      flag: '--staleness-bound',
      placeholder: 'steps',
      description: 'async: the most steps that a replica may be ahead of the slowest',
    },
    { min: 0, whole: true },
    null,
    'none',
  ),
  staleRate: choiceOption(
    {
      flag: '--stale-rate',
      placeholder: 'kind',
      description: 'async: the learning rate of late updates; inverse divides it by their staleness + 1',
    },
    ['constant', 'inverse'],
    'constant',
  ),
};

/** A mode's own settings in words, such as `1 server, staleness bound 4`. */
export function describeMode(name: GroupModeName, settings: ModeSettings): string {
  return words[name](settings).join(', ');
}

const words: Readonly<Record<GroupModeName, (settings: ModeSettings) => readonly string[]>> = {
  sync: ({ bucketBytes, overlap, batchNorm }) => [
    `buckets of ${bucketBytes / mebibyte} MiB`,
    overlap ? 'overlapped with the backward pass' : 'after the backward pass',
    ...(batchNorm === 'local' ? [] : ['batch norm over all replicas']),
  ],
  async: ({ servers, placement, stalenessBound, staleRate }) => [
    servers === 1 ? '1 server' : `${servers} servers, placed by ${placement}`,
    ...(stalenessBound === null ? [] : [`staleness bound ${stalenessBound}`]),
    ...(staleRate === 'constant' ? [] : ['learning rate over staleness + 1']),
  ],
  local: ({ averageEvery }) => [
    averageEvery === 1 ? 'average at every step' : `average every ${averageEvery} steps`,
  ],
};

/** The settings of all modes from the options. */
export function modeSettings(values: OptionValues<typeof parallelOptions>): ModeSettings {
  const { bucketMib, overlap, ...others } = values;
  return { ...others, bucketBytes: Math.round(bucketMib * mebibyte), overlap: overlap === 'on' };
}

/** @throws WarpwatchError `usage` where a mode cannot do what the settings ask for */
export function checkMode(mode: ModeName, { batchNorm }: ModeSettings): void {
  if (batchNorm === 'local' || mode === 'sync' || mode === 'single') return;
  throw new WarpwatchError(
    'usage',
    `--batch-norm synchronised is for the mode sync: in the mode ${mode} replicas do not make their steps together.`,
  );
}
