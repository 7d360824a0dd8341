import type { BenchResult } from '../../analysis/bench/result.ts';
import { clean } from '../../model/clean-text.ts';
import { absent } from '../../model/measured.ts';
import { cleaned } from './embed.ts';
import { type PageAssets, pageHtml } from './shell.ts';

/** A result of `bench` as one page that needs nothing else: no network, no other file. */
export function benchHtml(result: BenchResult, assets: PageAssets): string {
  const title = result.simulated ? 'simulated data-parallel training' : 'data-parallel training';
  const name = result.workload === null ? '' : `${clean(result.workload.name)}: `;
  return pageHtml(`${name}${title}`, finite(cleaned(result)), assets, null);
}

/** JSON has no NaN: a figure that is none says so, and points of a curve that are none become null. */
function finite(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(finite);
  if (typeof value !== 'object' || value === null) return value;
  if ('from' in value && 'value' in value && typeof value.value === 'number' && !Number.isFinite(value.value))
    return absent('It is NaN or infinite: the training has diverged.');
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, finite(part)]));
}
