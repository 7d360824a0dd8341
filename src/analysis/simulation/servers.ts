import type { Seconds } from '../../model/units.ts';
import { layoutOf, transferSeconds } from './cluster.ts';
import type { SimulationSettings } from './settings.ts';

/** How long each stage of an update takes when it waits for nothing. */
export interface Stages {
  readonly servers: number;
  /** Of the servers' links, each direction: each carries an even part, so that all are busy alike and count as one. */
  readonly serverLink: Seconds;
  readonly apply: Seconds;
  /** Gradients from the replica to where they are applied, and parameters back to it. */
  readonly transfer: Seconds;
  readonly latency: Seconds;
}

/** A replica has its share of the cards of its node, as if all of the node sent at once. */
export function stagesOf({ bytes, cluster, server }: SimulationSettings, replicas: number): Stages {
  const { nodes, perNode } = layoutOf(replicas, cluster);
  const servers = server.servers ?? nodes;
  const own =
    nodes > 1 ? transferSeconds(bytes * perNode, cluster.between) : transferSeconds(bytes, cluster.inside);
  const serverLink = bytes / servers / server.bytesPerSecond;
  return {
    servers,
    serverLink,
    apply: server.applySeconds / servers,
    transfer: Math.max(own, serverLink),
    latency: nodes > 1 ? cluster.between.latencySeconds : cluster.inside.latencySeconds,
  };
}

/** What a step takes that is not computing, where nobody is in the way. */
export function undisturbedSeconds({ transfer, latency, apply }: Stages): Seconds {
  return 2 * (transfer + latency) + apply;
}

/** How many servers carry so many replicas that make a step in `stepSeconds` each: their links and their applying. */
export function serversNeeded(
  { bytes, server }: SimulationSettings,
  replicas: number,
  stepSeconds: Seconds,
): number {
  const ofOne = Math.max(bytes / server.bytesPerSecond, server.applySeconds);
  return Math.max(1, Math.ceil((replicas * ofOne) / stepSeconds));
}
