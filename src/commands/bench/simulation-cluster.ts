import { type Cluster, type Link, type Tier, tierNamed, tiers } from '../../analysis/simulation/cluster.ts';
import { WarpwatchError } from '../../model/errors.ts';

export interface ClusterWords {
  /** Of links inside a node and between nodes; one alone is of all. */
  readonly tier: readonly string[];
  /** Null where nobody gave it. */
  readonly gpusPerNode: number | null;
  readonly usualGpusPerNode: number;
  readonly gpus: number;
  /** Of a GPU inside its node, and of a network card; null for those of the tier. */
  readonly bandwidth: readonly number[] | null;
  readonly latency: readonly number[] | null;
  /** Of shared memory, where a recording tells it. */
  readonly sharedMemory: Link | null;
}

/**
 * Builds the machine that is named.
 * @throws WarpwatchError `usage` where a tier is unknown or cannot be where it is put
 */
export function clusterOf(words: ClusterWords): Cluster {
  const [inside, between = inside] = words.tier.map(named);
  if (inside === undefined || between === undefined) throw usage(`tier= takes ${tierNames()}.`);
  if (words.tier.length === 2 && (inside.isNetwork || !between.isNetwork)) {
    throw usage(
      `tier= takes links inside a node and then those between nodes, as in tier=nvlink+ib, not ${words.tier.join('+')}.`,
    );
  }
  const gpusPerNode = words.gpusPerNode ?? nodeSize(words, inside);
  const link = (tier: Tier, at: number): Link => {
    const usual = tier.name === 'shared-memory' ? (words.sharedMemory ?? tier) : tier;
    return {
      bytesPerSecond: words.bandwidth?.[at] ?? usual.bytesPerSecond,
      latencySeconds: words.latency?.[at] ?? usual.latencySeconds,
    };
  };
  const cards = between.cards === 'gpu' ? gpusPerNode : 1;
  const card = link(between, words.tier.length - 1);
  return {
    gpusPerNode,
    inside: link(inside, 0),
    between: { ...card, bytesPerSecond: card.bytesPerSecond * cards },
  };
}

/** Of one tier alone: a network has a GPU a node, and what lies inside a node has one node. */
function nodeSize({ tier, usualGpusPerNode, gpus }: ClusterWords, only: Tier): number {
  if (tier.length === 2) return usualGpusPerNode;
  return only.isNetwork ? 1 : gpus;
}

function named(name: string): Tier {
  const tier = tierNamed(name);
  if (tier === null) throw usage(`tier= takes ${tierNames()}; ${name || 'nothing'} is none.`);
  return tier;
}

function tierNames(): string {
  return tiers.map(({ name }) => name).join(', ');
}

function usage(sentence: string): WarpwatchError {
  return new WarpwatchError('usage', `--simulate: ${sentence}`);
}
