import { InvalidArgumentError } from 'commander';
import type { modeNames, Straggler, TransportName } from '../../model/parallel.ts';

/** Options of `bench` as they are parsed, beside those of the workload and of the modes. */
export interface BenchOptions {
  readonly workload: string;
  readonly replicas?: readonly number[];
  readonly modes: readonly ComparedMode[];
  readonly rounds: number;
  readonly transport: Exclude<TransportName, 'none'>;
  readonly backend: string;
  readonly threads?: number;
  readonly adapter?: readonly string[];
  readonly straggler?: readonly Straggler[];
  readonly faultReplica?: readonly ReplicaFault[];
  readonly onLoss: OnLoss;
  readonly deadline: number;
  readonly kernels: 'on' | 'off';
  readonly record?: string;
  readonly json?: true;
  readonly markdown?: true;
  readonly html?: string;
  readonly plain?: true;
  readonly simulate?: string;
  readonly from?: string;
}

export type ComparedMode = (typeof comparedModes)[number];
export const comparedModes = [
  'sync',
  'async',
  'local',
] as const satisfies readonly (typeof modeNames)[number][];

/** What the others do where a replica is lost. */
export type OnLoss = (typeof onLossChoices)[number];
export const onLossChoices = ['stop', 'continue'] as const;

/** A way in which a replica goes wrong on purpose, to see what the others do. */
export interface ReplicaFault {
  readonly replica: number;
  readonly kind: 'crash' | 'hang';
  /** From 1: it happens as this step begins. */
  readonly step: number;
}

/** More threads or processes than anybody starts on one machine. */
const mostReplicas = 64;

/** `1,2,4`, ascending. */
export function parseReplicas(text: string): readonly number[] {
  const counts = text.split(',').map(Number);
  if (!counts.every((count) => Number.isInteger(count) && count >= 1 && count <= mostReplicas))
    throw new InvalidArgumentError(`It takes numbers of replicas from 1 to ${mostReplicas}, such as 1,2.`);
  return [...new Set(counts)].toSorted((a, b) => a - b);
}

/** `sync,async`, each once. */
export function parseModes(text: string): readonly ComparedMode[] {
  const modes = text.split(',').map((name) => {
    const mode = comparedModes.find((known) => known === name);
    if (mode === undefined)
      throw new InvalidArgumentError(
        `It takes one or more of ${comparedModes.join(', ')}, such as sync,async.`,
      );
    return mode;
  });
  return [...new Set(modes)];
}

/** `1:2.0`, several with commas or by another option. */
export function parseStragglers(text: string, before: readonly Straggler[] = []): readonly Straggler[] {
  const added = text.split(',').map((entry) => {
    const [, replica, factor] = /^(\d{1,3}):(\d+(?:\.\d+)?)$/.exec(entry) ?? [];
    if (replica === undefined || !(Number(factor) >= 1))
      throw new InvalidArgumentError(
        'It takes a replica, counted from 0, and to how many times its time it is slowed, such as 1:2.0.',
      );
    return { replica: Number(replica), factor: Number(factor) };
  });
  return withoutDoubles([...before, ...added]);
}

/** `1:crash@5`, several with commas or by another option. */
export function parseReplicaFaults(
  text: string,
  before: readonly ReplicaFault[] = [],
): readonly ReplicaFault[] {
  const added = text.split(',').map((entry): ReplicaFault => {
    const [, replica, kind, step] = /^(\d{1,3}):(crash|hang)@(\d{1,9})$/.exec(entry) ?? [];
    if (replica === undefined || !(Number(step) >= 1))
      throw new InvalidArgumentError(
        'It takes a replica, counted from 0, what it does and at which of its steps, such as 1:crash@5 or 1:hang@5.',
      );
    return { replica: Number(replica), kind: kind === 'crash' ? 'crash' : 'hang', step: Number(step) };
  });
  return withoutDoubles([...before, ...added]);
}

function withoutDoubles<T extends { readonly replica: number }>(entries: readonly T[]): readonly T[] {
  const replicas = entries.map(({ replica }) => replica);
  const double = replicas.find((replica, at) => replicas.indexOf(replica) !== at);
  if (double !== undefined) throw new InvalidArgumentError(`Replica ${double} stands there twice.`);
  return entries;
}

/** `0,1`: what GPU each replica computes on. */
export function parseAdapters(text: string): readonly string[] {
  const adapters = text.split(',');
  if (adapters.includes(''))
    throw new InvalidArgumentError('It takes numbers or names of GPUs, such as 0,1.');
  return adapters;
}

/** The longest that anybody waits for one step. */
const longestDeadlineSeconds = 86_400;

export function parseDeadline(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 1 && seconds <= longestDeadlineSeconds))
    throw new InvalidArgumentError(`It takes seconds from 1 to ${longestDeadlineSeconds}.`);
  return seconds;
}
