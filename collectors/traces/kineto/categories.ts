import type { ActivityKind } from '../../../src/model/activity.ts';
import type { HostRangeKind } from '../../../src/model/timeline.ts';
import { asBytes, bytesAre } from './bytes.ts';

/** What the reader does with an event of a category. */
export type Role =
  | { readonly part: 'activity'; readonly kind: ActivityKind }
  | { readonly part: 'host'; readonly kind: HostRangeKind }
  | { readonly part: 'call'; readonly kind: 'runtime' };

const kernel: Role = { part: 'activity', kind: 'kernel' };
const memcpy: Role = { part: 'activity', kind: 'memcpy' };
const memset: Role = { part: 'activity', kind: 'memset' };
const operator: Role = { part: 'host', kind: 'operator' };
const annotation: Role = { part: 'host', kind: 'annotation' };
/** Like the others in form, since V8 is quicker with objects of one form. */
const call: Role = { part: 'call', kind: 'runtime' };

/**
 * The categories that are read; all others (`python_function`, `gpu_user_annotation`, `overhead`, `Trace`, flows, …)
 * are passed over. Names of Kineto's ActivityType.cpp; those with a capital are of 2021.
 */
const roles: Readonly<Record<string, Role>> = {
  kernel,
  Kernel: kernel,
  gpu_memcpy: memcpy,
  Memcpy: memcpy,
  gpu_memset: memset,
  Memset: memset,
  cpu_op: operator,
  Operator: operator,
  user_annotation: annotation,
  cuda_runtime: call,
  cuda_driver: call,
  hip_runtime: call,
  xpu_runtime: call,
  mtia_runtime: call,
  privateuse1_runtime: call,
  privateuse1_driver: call,
  Runtime: call,
};

const entries = Object.entries(roles).map(([name, role]) => ({ bytes: asBytes(name), role }));
/** Candidates by length and first letter, so that most events need one comparison or none. */
const candidates: (readonly (typeof entries)[number][] | undefined)[] = [];
for (const entry of entries) {
  const key = keyOf(entry.bytes.length, entry.bytes[0] as number);
  candidates[key] = [...(candidates[key] ?? []), entry];
}

function keyOf(length: number, first: number): number {
  return (length << 8) | first;
}

/** What to do with events of the category between `start` and `end`; null for nothing. */
export function roleOf(bytes: Uint8Array, start: number, end: number): Role | null {
  const found = end - start > 64 ? undefined : candidates[keyOf(end - start, bytes[start] as number)];
  if (found === undefined) return null;
  for (const { bytes: name, role } of found) if (bytesAre(bytes, start, name)) return role;
  return null;
}
