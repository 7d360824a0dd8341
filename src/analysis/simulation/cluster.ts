import type { Bytes, Seconds } from '../../model/units.ts';

/** A way between two GPUs. */
export interface Link {
  /** Each direction. */
  readonly bytesPerSecond: number;
  /** What a message takes that holds nothing. */
  readonly latencySeconds: Seconds;
}

/** A machine of nodes that are alike. */
export interface Cluster {
  readonly gpusPerNode: number;
  /** Of a GPU to another of its node. */
  readonly inside: Link;
  /** Of a node to another: the network cards of a node together. */
  readonly between: Link;
}

/** What a link is made of. */
export interface Tier {
  readonly name: string;
  /** As the data sheet has it, a direction, of a GPU or of a network card. */
  readonly bytesPerSecond: number;
  readonly latencySeconds: Seconds;
  /** Whether it leads out of a node. */
  readonly isNetwork: boolean;
  /** Network cards of a node: one a GPU, as in NVIDIA's DGX H100 (8 GPUs, 8 ConnectX-7), or one. */
  readonly cards: 'gpu' | 'node' | 'none';
}

/**
 * Latencies of a hop in a ring as NCCL reckons with them for large messages (hwLat of its src/graph/tuning.cc, Ring,
 * Simple): NVLink 3.4 µs, PCI 5.7 µs, network 14 µs.
 */
const hop = { nvlink: 3.4e-6, pcie: 5.7e-6, network: 14e-6 } as const;
/** A message by TCP through the kernel, from one program to another: the order of it, of no data sheet. */
const tcpHop = 30e-6;

const nvlink = { latencySeconds: hop.nvlink, isNetwork: false, cards: 'none' } as const;
const pcie = { latencySeconds: hop.pcie, isNetwork: false, cards: 'none' } as const;
const infiniBand = { latencySeconds: hop.network, isNetwork: true, cards: 'gpu' } as const;
const ethernet = { latencySeconds: tcpHop, isNetwork: true, cards: 'node' } as const;

/** Peaks of data sheets, which real collectives come near and do not reach. */
export const tiers: readonly Tier[] = [
  // NVIDIA's data sheets of A100 (600 GB/s both directions together), H100 (900) and B200 (1,800).
  { name: 'nvlink3', bytesPerSecond: 300e9, ...nvlink },
  { name: 'nvlink4', bytesPerSecond: 450e9, ...nvlink },
  { name: 'nvlink5', bytesPerSecond: 900e9, ...nvlink },
  // PCI Express: 16 lanes at 16 and 32 GT/s, 128 of 130 bits are data.
  { name: 'pcie4', bytesPerSecond: 31.5e9, ...pcie },
  { name: 'pcie5', bytesPerSecond: 63e9, ...pcie },
  // InfiniBand: 200, 400 and 800 Gb/s a card.
  { name: 'ib-hdr', bytesPerSecond: 25e9, ...infiniBand },
  { name: 'ib-ndr', bytesPerSecond: 50e9, ...infiniBand },
  { name: 'ib-xdr', bytesPerSecond: 100e9, ...infiniBand },
  { name: '10gbe', bytesPerSecond: 1.25e9, ...ethernet },
  { name: '25gbe', bytesPerSecond: 3.125e9, ...ethernet },
  { name: '100gbe', bytesPerSecond: 12.5e9, ...ethernet },
  { name: '400gbe', bytesPerSecond: 50e9, ...ethernet },
  // One channel of DDR4-3200 moves 25.6 GB/s; an average reads two copies and writes one. Better taken from a recording.
  { name: 'shared-memory', bytesPerSecond: 8e9, latencySeconds: 5e-6, isNetwork: false, cards: 'none' },
];

/** What people say for the one that is usual. */
const usual: Readonly<Record<string, string>> = {
  nvlink: 'nvlink4',
  pcie: 'pcie5',
  ib: 'ib-ndr',
  infiniband: 'ib-ndr',
  ethernet: '100gbe',
};

/** The tier of a name, or null. */
export function tierNamed(name: string): Tier | null {
  return tiers.find((tier) => tier.name === (usual[name] ?? name)) ?? null;
}

/** How GPUs lie in a machine: the fullest node, and how many there are. */
export interface Layout {
  readonly nodes: number;
  readonly perNode: number;
}

/** Nodes are filled one after the other. */
export function layoutOf(replicas: number, { gpusPerNode }: Cluster): Layout {
  return { nodes: Math.ceil(replicas / gpusPerNode), perNode: Math.min(replicas, gpusPerNode) };
}

/** How long a link is taken by so many bytes. */
export function transferSeconds(bytes: Bytes, { bytesPerSecond }: Link): Seconds {
  return bytes / bytesPerSecond;
}
