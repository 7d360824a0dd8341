import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Cluster, type Link, tierNamed } from '../../../src/analysis/simulation/cluster.ts';
import { algorithms, allReduce } from '../../../src/analysis/simulation/collectives.ts';
import { EventQueue } from '../../../src/analysis/simulation/events.ts';
import { isNear } from './simulation-settings.ts';

const test = suite('simulation: all-reduce');
const link: Link = { bytesPerSecond: 10e9, latencySeconds: 5e-6 };
const slowLink: Link = { bytesPerSecond: 1e9, latencySeconds: 40e-6 };
const bytes = 25e6;

function alike(gpusPerNode = 1): Cluster {
  return { gpusPerNode, inside: link, between: link };
}

/** Every GPU sends a part to the next one, and hands on what comes, one after the other. */
function ringByEvents(replicas: number, linkOf: (from: number) => Link): number {
  const moves = 2 * (replicas - 1);
  const queue = new EventQueue();
  const freeAt = new Float64Array(replicas);
  const send = (from: number, move: number, now: number): void => {
    const { bytesPerSecond, latencySeconds } = linkOf(from);
    const begin = Math.max(now, freeAt[from] as number);
    freeAt[from] = begin + bytes / replicas / bytesPerSecond;
    queue.add((freeAt[from] as number) + latencySeconds, move * replicas + ((from + 1) % replicas));
  };
  for (let from = 0; from < replicas; from++) send(from, 0, 0);
  while (!queue.isEmpty) {
    const event = queue.take();
    const move = Math.floor(event / replicas);
    if (move + 1 < moves) send(event % replicas, move + 1, queue.now);
  }
  return queue.now;
}

/** A binomial tree: who has heard all below it sends up, and who has the sum sends down, to the farthest first. */
function treeByEvents(replicas: number): number {
  const queue = new EventQueue();
  const takes = bytes / link.bytesPerSecond;
  const reach = (at: number): number => (at === 0 ? replicas : at & -at);
  const below = (at: number): number[] => {
    const children: number[] = [];
    for (let step = 1; step < reach(at); step *= 2) if (at + step < replicas) children.push(at + step);
    return children;
  };
  const missing = Array.from({ length: replicas }, (_, at) => below(at).length);
  const down = (at: number, now: number): void => {
    for (const [turn, child] of below(at).reverse().entries())
      queue.add(now + (turn + 1) * takes + link.latencySeconds, replicas + child);
  };
  const up = (at: number, now: number): void => {
    if (at === 0) down(0, now);
    else queue.add(now + takes + link.latencySeconds, at - reach(at));
  };
  missing.forEach((count, at) => {
    if (count === 0) up(at, 0);
  });
  while (!queue.isEmpty) {
    const event = queue.take();
    if (event >= replicas) down(event - replicas, queue.now);
    else if (--(missing[event] as number) === 0) up(event, queue.now);
  }
  return queue.now;
}

test('a ring takes 2(N-1)/N · bytes / bandwidth + 2(N-1) · latency, as its events do', () => {
  for (const replicas of [2, 3, 8, 64, 257]) {
    const moves = 2 * (replicas - 1);
    const formula = ((moves / replicas) * bytes) / link.bytesPerSecond + moves * link.latencySeconds;
    for (const gpusPerNode of [1, 8, 1024]) {
      const settings = { algorithm: 'ring', cluster: alike(gpusPerNode), chunkBytes: bytes } as const;
      const { seconds, latencySeconds } = allReduce(bytes, replicas, settings);
      assert.ok(isNear(seconds, formula), `${replicas} of ${gpusPerNode}`);
      assert.ok(isNear(latencySeconds, moves * link.latencySeconds));
    }
    assert.ok(
      isNear(
        ringByEvents(replicas, () => link),
        formula,
      ),
      `events of ${replicas}`,
    );
  }
});

test('a ring over nodes takes what its events do, be latency or bandwidth the longer part', () => {
  const betweens: readonly Link[] = [
    slowLink,
    { bytesPerSecond: 100e9, latencySeconds: 400e-6 },
    { bytesPerSecond: 0.05e9, latencySeconds: 0 },
  ];
  for (const between of betweens) {
    for (const [replicas, gpusPerNode] of [
      [4, 2],
      [32, 8],
      [128, 8],
    ] as const) {
      const cluster = { gpusPerNode, inside: link, between };
      const events = ringByEvents(replicas, (from) => ((from + 1) % gpusPerNode === 0 ? between : link));
      const { seconds } = allReduce(bytes, replicas, { algorithm: 'ring', cluster, chunkBytes: bytes });
      assert.ok(isNear(seconds, events, 0.01), `${replicas} of ${gpusPerNode}: ${seconds} and ${events}`);
    }
  }
});

test('a tree whose nodes hand on the whole takes 2 log2 N · (latency + bytes / bandwidth), as its events do', () => {
  for (const replicas of [2, 8, 64, 1024]) {
    const formula = 2 * Math.log2(replicas) * (link.latencySeconds + bytes / link.bytesPerSecond);
    const settings = { algorithm: 'tree', cluster: alike(), chunkBytes: bytes } as const;
    assert.ok(isNear(allReduce(bytes, replicas, settings).seconds, formula), `${replicas}`);
    assert.ok(isNear(treeByEvents(replicas), formula), `events of ${replicas}`);
  }
});

test('in chunks a tree takes the first one’s way, and then the bandwidth that up and down share', () => {
  const chunkBytes = bytes / 50;
  const settings = { algorithm: 'tree', cluster: alike(), chunkBytes } as const;
  const [hops, takes] = [2 * Math.log2(64), chunkBytes / link.bytesPerSecond];
  // When each hop is through with the chunk before: a chunk comes out after its own bytes, the next follows after twice those.
  const freeAt = new Float64Array(hops);
  let end = 0;
  for (let chunk = 0; chunk < 50; chunk++) {
    end = 0;
    for (let hop = 0; hop < hops; hop++) {
      const begin = Math.max(end, freeAt[hop] as number);
      freeAt[hop] = begin + 2 * takes;
      end = begin + takes + link.latencySeconds;
    }
  }
  assert.ok(isNear(allReduce(bytes, 64, settings).seconds, end));
});

test('a hierarchical all-reduce is a ring in each node and one between the nodes', () => {
  const cluster = { gpusPerNode: 8, inside: link, between: slowLink };
  const { seconds } = allReduce(bytes, 64, { algorithm: 'hierarchical', cluster, chunkBytes: bytes });
  const ring = (count: number, { bytesPerSecond, latencySeconds }: Link): number =>
    ((2 * (count - 1)) / count) * (bytes / bytesPerSecond) + 2 * (count - 1) * latencySeconds;
  assert.ok(isNear(seconds, ring(8, link) + ring(8, slowLink)));
  const oneNode = allReduce(bytes, 8, { algorithm: 'hierarchical', cluster, chunkBytes: bytes });
  assert.ok(isNear(oneNode.seconds, ring(8, link)));
});

test('one GPU takes no time, and more bandwidth or less latency never more', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...algorithms),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 16 }),
      fc.double({ min: 1, max: 10, noNaN: true }),
      (algorithm, replicas, gpusPerNode, factor) => {
        const better = ({ bytesPerSecond, latencySeconds }: Link): Link => ({
          bytesPerSecond: bytesPerSecond * factor,
          latencySeconds: latencySeconds / factor,
        });
        const takes = (inside: Link, between: Link): number =>
          allReduce(bytes, replicas, {
            algorithm,
            cluster: { gpusPerNode, inside, between },
            chunkBytes: 1e5,
          }).seconds;
        const usual = takes(link, slowLink);
        if (replicas === 1) assert.is(usual, 0);
        assert.ok(takes(better(link), slowLink) <= usual);
        assert.ok(takes(link, better(slowLink)) <= usual);
      },
    ),
  );
});

test('tiers go by their names and by what people call them', () => {
  assert.is(tierNamed('nvlink'), tierNamed('nvlink4'));
  assert.is(tierNamed('ib')?.bytesPerSecond, 50e9);
  assert.is(tierNamed('100gbe')?.bytesPerSecond, 12.5e9);
  assert.is(tierNamed('carrier pigeon'), null);
});

test.run();
