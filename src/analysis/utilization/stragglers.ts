import { isKnown, type Measured } from '../../model/measured.ts';
import type { Seconds } from '../../model/units.ts';
import { medianOf } from '../statistics.ts';

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
  /** What its times are divided by before they are compared: a number of the same thing for all, such as steps. */
  readonly per: number;
  readonly computeSeconds: Measured<Seconds>;
  /** Time in communication, waiting for others included. */
  readonly waitSeconds: Measured<Seconds>;
}

/** Ids of the peers that the others wait for. None where fewer than two are known by both times. */
export function stragglersAmong(peers: readonly Peer[]): ReadonlySet<string> {
  const known = peers.flatMap(({ id, per, computeSeconds, waitSeconds }) => {
    if (!isKnown(computeSeconds) || !isKnown(waitSeconds) || !(per > 0)) return [];
    return [{ id, compute: computeSeconds.value / per, wait: waitSeconds.value / per }];
  });
  const slow = known.filter((peer) => {
    const others = known.filter((other) => other !== peer);
    if (others.length === 0) return false;
    return (
      peer.compute >= stragglerComputes * medianOf(others.map(({ compute }) => compute)) &&
      // Where nobody communicates nobody waits.
      peer.wait < stragglerWaits * medianOf(others.map(({ wait }) => wait))
    );
  });
  return new Set(slow.map(({ id }) => id));
}
