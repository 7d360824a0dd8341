import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ReplicaFault } from '../../../src/commands/bench/options.ts';
import { replicaProbe } from '../../../src/commands/bench/replica-probe.ts';
import { silentProbe, type WorkloadInfo } from '../../../src/model/training.ts';

const test = suite('probe of a replica');
const crash: ReplicaFault = { replica: 1, kind: 'crash', step: 3 };
const info: WorkloadInfo = {
  name: 'net',
  backend: 'none',
  data: 'none',
  synthetic: true,
  batchSize: 1,
  parameters: 1,
  modelFlopsPerSample: null,
  plannedSteps: null,
  plannedSeconds: null,
};

function probeOf(rank: number, faults: readonly ReplicaFault[], described: WorkloadInfo[] = []) {
  const signs = new Int32Array(new SharedArrayBuffer(4));
  const inner = { ...silentProbe, describe: (said: WorkloadInfo) => void described.push(said) };
  return { signs, probe: replicaProbe(inner, { rank, faults, signs }) };
}

test('steps, phases and layers are signs of life, and do what they did', () => {
  const { probe, signs } = probeOf(0, []);
  const signOf = (act: () => void) => {
    const before = Atomics.load(signs, 0);
    act();
    return Atomics.load(signs, 0) !== before;
  };
  assert.ok(signOf(() => probe.beginStep()));
  assert.ok(
    signOf(() =>
      assert.is(
        probe.phase('forward', () => 7),
        7,
      ),
    ),
  );
  assert.ok(
    signOf(() =>
      assert.is(
        probe.layer('stem', () => 8),
        8,
      ),
    ),
  );
});

test('a replica that is to crash does so at its step, and no other does', () => {
  const { probe } = probeOf(1, [crash]);
  probe.beginStep();
  probe.beginStep();
  assert.throws(() => probe.beginStep(), /crashed on purpose at step 3/);
  const { probe: other } = probeOf(0, [crash]);
  for (let step = 1; step <= 5; step++) other.beginStep();
});

test('every replica says what goes wrong on purpose, beside a fault of the training', () => {
  const described: WorkloadInfo[] = [];
  probeOf(0, [crash, { replica: 0, kind: 'hang', step: 9 }], described).probe.describe(info);
  probeOf(0, [crash], described).probe.describe({ ...info, fault: 'frozen-bn' });
  probeOf(0, [], described).probe.describe(info);
  assert.equal(
    described.map(({ fault }) => fault),
    [
      'replica 1 crashes at step 3, replica 0 hangs at step 9',
      'frozen-bn; replica 1 crashes at step 3',
      undefined,
    ],
  );
});

test.run();
