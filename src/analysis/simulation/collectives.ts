import type { Bytes, Seconds } from '../../model/units.ts';
import { type Cluster, layoutOf, transferSeconds } from './cluster.ts';

export const algorithms = ['ring', 'tree', 'hierarchical'] as const;
export type Algorithm = (typeof algorithms)[number];

/** How long an all-reduce takes, and which part of it no bandwidth would take away. */
export interface AllReduce {
  readonly seconds: Seconds;
  readonly latencySeconds: Seconds;
}

export interface AllReduceSettings {
  readonly algorithm: Algorithm;
  readonly cluster: Cluster;
  /** What a tree hands on at a time, while the next comes in; as large as the whole for a tree without a pipeline. */
  readonly chunkBytes: Bytes;
}

type Formula = (bytes: Bytes, replicas: number, cluster: Cluster, chunkBytes: Bytes) => Seconds;

const formulas: Readonly<Record<Algorithm, Formula>> = {
  ring: ringSeconds,
  tree: treeSeconds,
  hierarchical: hierarchicalSeconds,
};

/**
 * Sums `bytes` of each of `replicas` into all of them, from when all are ready to when all have the sum. The sums
 * themselves take no time.
 */
export function allReduce(bytes: Bytes, replicas: number, settings: AllReduceSettings): AllReduce {
  if (replicas < 2) return { seconds: 0, latencySeconds: 0 };
  const formula = formulas[settings.algorithm];
  const seconds = formula(bytes, replicas, settings.cluster, Math.min(settings.chunkBytes, bytes));
  return { seconds, latencySeconds: formula(0, replicas, settings.cluster, 0) };
}

/**
 * Reduce-scatter and all-gather around a ring of all: 2(N-1) moves of 1/N of the bytes, so that on links that are alike it
 * takes 2(N-1)/N · bytes / bandwidth + 2(N-1) · latency (Patarasuk and Yuan 2009). Where they are not alike it is either the
 * way of a part over all links, or all parts one after the other over the slowest: the longer of the two.
 */
function ringSeconds(bytes: Bytes, replicas: number, cluster: Cluster): Seconds {
  const { nodes, perNode } = layoutOf(replicas, cluster);
  const moves = 2 * (replicas - 1);
  const network = nodes > 1 ? Math.min(2 * nodes - (perNode === 2 ? 1 : 0), moves) : 0;
  const part = bytes / replicas;
  const busyInside = transferSeconds(part, cluster.inside);
  const busyBetween = transferSeconds(part, cluster.between);
  const along =
    network * (busyBetween + cluster.between.latencySeconds) +
    (moves - network) * (busyInside + cluster.inside.latencySeconds);
  if (network === 0 || network === moves) return along;
  const queued = Math.max(
    moves * busyBetween + cluster.between.latencySeconds,
    moves * busyInside + cluster.inside.latencySeconds,
  );
  return Math.max(along, queued);
}

/**
 * Up a tree and down again, 2 log2 N hops: 2 log2 N · (latency + bytes / bandwidth) where each hands on the whole. In chunks
 * those that follow the first come out at the pace of the slowest link; up and down share its bandwidth, as in two binary
 * trees of half the bytes each, in which every GPU sends and receives 2 · bytes (Sanders, Speck and Träff 2009).
 */
function treeSeconds(bytes: Bytes, replicas: number, cluster: Cluster, chunkBytes: Bytes): Seconds {
  const { nodes, perNode } = layoutOf(replicas, cluster);
  const hopSeconds = (count: number, link: Cluster['inside']): Seconds =>
    Math.ceil(Math.log2(count)) * (link.latencySeconds + transferSeconds(chunkBytes, link));
  const slowest = Math.min(
    cluster.inside.bytesPerSecond,
    nodes > 1 ? cluster.between.bytesPerSecond : Infinity,
  );
  const first = 2 * (hopSeconds(perNode, cluster.inside) + hopSeconds(nodes, cluster.between));
  return first + (2 * (bytes - chunkBytes)) / slowest;
}

/**
 * Reduce-scatter by a ring in each node, all-reduce by rings between nodes, one for each GPU's share, which have the
 * node's network cards together, and all-gather in the node.
 */
function hierarchicalSeconds(bytes: Bytes, replicas: number, { inside, between, ...rest }: Cluster): Seconds {
  const { nodes, perNode } = layoutOf(replicas, { inside, between, ...rest });
  const around = (count: number, link: Cluster['inside']): Seconds =>
    2 * (count - 1) * (transferSeconds(bytes / count, link) + link.latencySeconds);
  return around(perNode, inside) + around(nodes, between);
}
