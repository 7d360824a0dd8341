import type { DeviceTimeline, TimePart } from '../../src/analysis/details.ts';
import { shortTime } from '../../src/model/numbers.ts';
import type { Ratio } from '../../src/model/units.ts';
import type { Told } from './tone.ts';

export type PartKind = TimePart['what'];

export const partNames: Readonly<Record<PartKind, string>> = {
  compute: 'computing',
  communication: 'communication alone',
  copies: 'copies alone',
  idle: 'idle',
};

/** More reasons of idle time than this are small ones. */
const mostReasons = 4;

/** Shares of the last seconds, a kind each, in the order in which they come. */
export function partsByKind({ parts }: DeviceTimeline): { readonly what: PartKind; readonly share: Ratio }[] {
  const sums = new Map<PartKind, number>();
  for (const { what, share } of parts) sums.set(what, (sums.get(what) ?? 0) + share);
  return [...sums].map(([what, share]) => ({ what, share }));
}

/** Share of the last seconds in which anything ran. */
export function busyShare({ parts }: DeviceTimeline): Ratio {
  return parts.reduce((sum, { what, share }) => (what === 'idle' ? sum : sum + share), 0);
}

/** The longest time that nothing ran; '' where there was none. */
export function longestIdleText({ longestGap }: DeviceTimeline): string {
  if (longestGap === null) return '';
  const when = longestGap.agoSeconds < 0.05 ? 'just now' : `${shortTime(longestGap.agoSeconds)} ago`;
  return `idle, the longest time ${shortTime(longestGap.seconds)}, ${when}; the host was in`;
}

/** What the host was in while nothing ran, the largest shares. */
export function idleReasons({ parts }: DeviceTimeline): { readonly share: Ratio; readonly within: Told }[] {
  return parts
    .filter(({ what }) => what === 'idle')
    .slice(0, mostReasons)
    .map(({ share, within }) => ({
      share,
      within:
        within === ''
          ? { text: 'nothing that has a name (NVTX ranges give it one)', tone: 'dim' }
          : { text: within, tone: 'strong' },
    }));
}
