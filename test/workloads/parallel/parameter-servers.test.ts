import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import type { ModeSettings } from '../../../workloads/parallel/mode.ts';
import { modeSettings, parallelOptions } from '../../../workloads/parallel/parallel-options.ts';
import { ParameterServers } from '../../../workloads/parallel/parameter-servers.ts';
import { type Snapshot, type Trained, takeSnapshot } from '../../../workloads/parallel/snapshot.ts';
import { createGroupMemory, seatOf } from '../../../workloads/parallel/transports/shared-memory/host.ts';
import { openSharedMemory } from '../../../workloads/parallel/transports/shared-memory/transport.ts';
import * as tf from '../../../workloads/tf.ts';
import type { OptimizerName } from '../../../workloads/training/optimizers.ts';
import { parseOptions } from '../../../workloads/training/options.ts';

const test = suite('parameter servers');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('cpu');
});
test.after(() => backend.stop());

const defaults = modeSettings(parseOptions(parallelOptions, {}));

interface Setting {
  readonly mode?: Partial<ModeSettings>;
  readonly optimizer?: OptimizerName;
  readonly weightDecay?: number;
}

/** Parameters of 1, two of which decay, one of which is frozen; a statistic of 0. */
function trained(): Trained {
  const ones = (name: string, decays: boolean, size: number) => ({
    name,
    decays,
    variable: tf.variable(tf.ones([size])),
  });
  return {
    parameters: [ones('a', true, 3), ones('b', false, 2), { ...ones('c', true, 2), frozen: true }],
    statistics: [{ layer: 'norm', variable: tf.variable(tf.zeros([2])), start: 0, share: 0.75 }],
  };
}

/** Two replicas on one thread, in one group's memory. */
async function twoReplicas({ mode, optimizer = 'sgd', weightDecay = 0 }: Setting = {}) {
  const group = createGroupMemory(2, { goOnWithout: false });
  const tasks = [trained(), trained()] as const;
  const initial: Snapshot = await takeSnapshot(tasks[0]);
  const servers = tasks.map((task, rank) => {
    const settings = {
      optimizer,
      weightDecay,
      batchSize: 1,
      steps: 1,
      learningRate: 0.5,
      schedule: 'constant',
    } as const;
    const transport = openSharedMemory(seatOf(group, rank));
    return new ParameterServers({ transport, mode: { ...defaults, ...mode }, initial, settings, task });
  });
  return { tasks, servers: servers as [ParameterServers, ParameterServers] };
}

/** Gradients of all numbers, and what a forward pass leaves of the statistic. */
function brought(gradient: number, moved: number): Float32Array[] {
  return [3, 2, 2]
    .map((size) => new Float32Array(size).fill(gradient))
    .concat([new Float32Array(2).fill(moved)]);
}

const valuesOf = ({ parameters, statistics = [] }: Trained): number[][] =>
  [...parameters, ...statistics].map(({ variable }) => [...variable.dataSync()]);

test('a push updates by the rule, what is frozen stays, and a pull brings it to the other', async () => {
  for (const mode of [{}, { servers: 2 }, { servers: 9, placement: 'round-robin' }] as const) {
    const { tasks, servers } = await twoReplicas({ mode, weightDecay: 0.5 });
    assert.equal(servers[0].push(brought(0.5, 1), 0.5), { staleness: 0, version: 1 });
    servers[1].pull();
    assert.equal(valuesOf(tasks[1]), [
      [0.5, 0.5, 0.5],
      [0.75, 0.75],
      [1, 1],
      [1, 1],
    ]);
    assert.equal(valuesOf(tasks[0])[0], [1, 1, 1], 'not before it pulls');
  }
});

test('staleness is what others did between a pull and a push; a rate may follow it', async () => {
  for (const [staleRate, expected] of [
    ['constant', 0],
    ['inverse', 0.25],
  ] as const) {
    const { tasks, servers } = await twoReplicas({ mode: { staleRate } });
    const [first, second] = servers;
    first.push(brought(1, 0), 0.5);
    first.pull();
    assert.equal(second.push(brought(1, 0), 0.5), { staleness: 1, version: 2 });
    second.pull();
    assert.equal(valuesOf(tasks[1])[0], [expected, expected, expected]);
    assert.equal(second.push(brought(1, 0), 0.5), { staleness: 0, version: 3 });
    assert.equal(first.push(brought(1, 0), 0.5), { staleness: 2, version: 4 });
  }
});

test('what an optimizer keeps is the servers', async () => {
  const { tasks, servers } = await twoReplicas({ optimizer: 'momentum' });
  const [first, second] = servers;
  first.push(brought(1, 0), 0.5);
  second.pull();
  second.push(brought(0, 0), 0.5);
  second.pull();
  // 1 - 0.5 · 1, then less 0.5 · 0.9 of the velocity that the other's gradient left.
  assert.ok(Math.abs((valuesOf(tasks[1])[1]?.[0] ?? 0) - 0.05) < 1e-6);
});

test('a moving statistic takes the same share of each batch, whoever brings it; one that keeps all stays', async () => {
  const { tasks, servers } = await twoReplicas();
  const [first, second] = servers;
  // Batches of 4 and 8, from a statistic of 0 that both have pulled.
  first.push(brought(0, 0.25 * 4), 0.5);
  second.push(brought(0, 0.25 * 8), 0.5);
  first.pull();
  assert.equal(valuesOf(tasks[0])[3], [0.75 * 1 + 2, 0.75 * 1 + 2]);
});

test.run();
