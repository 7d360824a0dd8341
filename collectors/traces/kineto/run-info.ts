import { basename } from 'node:path';
import type { RunInfo } from '../../../src/model/timeline.ts';
import { isObject, parseLoosely, wholeNumber } from './members.ts';

/** Absolute microseconds are at least those of September 2001, times relative to a base far fewer. */
const leastAbsoluteUs = 1e15;
/** CUDA and its driver write 12040 for 12.4. */
const thousandths = ['cuda_runtime_version', 'cuda_driver_version'] as const;
const plainVersions = [
  'cupti_version',
  'roctracer_version',
  'hip_runtime_version',
  'hip_driver_version',
] as const;

/** Who of a distributed training wrote the trace; null where it was not one. */
export function rankOf(text: string | undefined): { rank: number; worldSize: number | null } | null {
  const info = parseLoosely(text);
  const rank = isObject(info) ? wholeNumber(info['rank']) : undefined;
  if (!isObject(info) || rank === undefined) return null;
  return { rank, worldSize: wholeNumber(info['world_size'], 1) ?? null };
}

/**
 * Unix time of the timeline's origin; 0 where the trace tells none.
 * @param originUs what times count from, as the trace writes it
 */
export function unixOriginNs(originUs: number, base: string | undefined): bigint {
  if (Number.isNaN(originUs)) return 0n;
  if (originUs >= leastAbsoluteUs) return BigInt(originUs) * 1000n;
  return base !== undefined && /^"?\d{1,20}"?$/.test(base)
    ? BigInt(base.replaceAll('"', '')) + BigInt(originUs) * 1000n
    : 0n;
}

/** What the report's head says of a trace. */
export function describeTrace(
  path: string,
  originUnixNs: bigint,
  members: ReadonlyMap<string, string>,
): RunInfo {
  const versions: Record<string, string> = {};
  for (const key of thousandths) {
    const version = wholeNumber(parseLoosely(members.get(key)), 1000);
    if (version !== undefined) versions[key] = `${Math.floor(version / 1000)}.${(version % 1000) / 10}`;
  }
  for (const key of plainVersions) {
    const version = parseLoosely(members.get(key));
    if (typeof version === 'number') versions[key] = String(version);
  }
  return {
    title: basename(path).replace(/(?:\.pt)?(?:\.trace)?\.json(?:\.gz)?$/, ''),
    command: [],
    createdAt: dateOf(originUnixNs),
    host: null,
    versions,
  };
}

function dateOf(unixNs: bigint): string {
  const date = new Date(Number(unixNs / 1_000_000n));
  return unixNs === 0n || Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
