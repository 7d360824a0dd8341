import { isKnown, type Measured } from '../../model/measured.ts';
import type { Seconds } from '../../model/units.ts';

/**
 * A straggler computes this much longer than the median of the others, and waits this much less in communication: a
 * collective starts on the ranks that are early and ends with the last one, so the last one's is the shortest. A tenth
 * is well beyond what equal work differs by between equal devices.
 */
export const stragglerComputes = 1.1;
export const stragglerWaits = 0.9;

/** One of several that work in step: a rank, or a device of one process. */
export interface Peer {
  readonly id: string;
  /** Number of steps that its times are over; 0 where unknown. */
  readonly steps: number;
  readonly windowSeconds: Seconds;
  readonly computeSeconds: Measured<Seconds>;
  /** Time in communication, waiting for others included. */
  readonly waitSeconds: Measured<Seconds>;
}

/** Ids of the peers that the others wait for. None where fewer than two are known by both times. */
export function stragglersAmong(peers: readonly Peer[]): ReadonlySet<string> {
  // Recordings of different lengths are compared by the step, or else by the second.
  const bySteps = peers.every(({ steps }) => steps > 0);
  const known = peers.flatMap((peer) => {
    const { computeSeconds, waitSeconds } = peer;
    const unit = bySteps ? peer.steps : peer.windowSeconds;
    if (!isKnown(computeSeconds) || !isKnown(waitSeconds) || !(unit > 0)) return [];
    return [{ id: peer.id, compute: computeSeconds.value / unit, wait: waitSeconds.value / unit }];
  });
  const slow = known.filter((peer) => {
    const others = known.filter((other) => other !== peer);
    if (others.length === 0) return false;
    return (
      peer.compute >= stragglerComputes * median(others.map(({ compute }) => compute)) &&
      peer.wait <= stragglerWaits * median(others.map(({ wait }) => wait))
    );
  });
  return new Set(slow.map(({ id }) => id));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
