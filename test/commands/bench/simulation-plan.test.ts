import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RecordedTraining } from '../../../src/commands/bench/simulation-assumptions.ts';
import { simulationHelp, simulationKeys, usualOf } from '../../../src/commands/bench/simulation-keys.ts';
import { simulationPlan } from '../../../src/commands/bench/simulation-plan.ts';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { testWorkload } from '../../support/timelines.ts';

const test = suite('bench --simulate: specification');

function refusal(spec: string): string {
  try {
    simulationPlan(spec, null);
  } catch (error) {
    assert.instance(error, WarpwatchError);
    assert.is((error as WarpwatchError).code, 'usage');
    return (error as WarpwatchError).message;
  }
  throw new Error(`${spec} was taken`);
}

const recorded: RecordedTraining = {
  path: 'runs/one',
  workload: testWorkload({ batchSize: 16, parameters: 1_000_000 }),
  computeSeconds: Float64Array.of(0.1, 0.3),
  link: { bytesPerSecond: 2e9, latencySeconds: 0 },
};

function assumption(plan: ReturnType<typeof simulationPlan>, name: string) {
  return plan.assumptions.find((own) => own.name === name);
}

test('an empty specification is all defaults, each of which is told', () => {
  const { settings, modes, sizes, assumptions, workload } = simulationPlan('', null);
  assert.equal(sizes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
  assert.equal(modes, ['sync', 'async', 'local']);
  assert.equal([settings.steps, settings.batchSize, settings.bytes], [1000, 32, 100e6]);
  assert.equal(settings.times, { kind: 'lognormal', meanSeconds: 0.1, variation: 0.05 });
  assert.equal(
    assumptions.map(({ name }) => name),
    simulationKeys,
  );
  assert.ok(assumptions.every(({ from, value }) => from === 'default' && value !== ''));
  assert.is(workload, null);
});

test('what is given is taken, with its units, and told as given', () => {
  const plan = simulationPlan(
    'gpus=1k,steps=200,mode=sync+async,batch=64,step=250ms,cv=0,bytes=1GB,bucket=50MiB,backward=50%,' +
      'algorithm=tree,chunk=1MB,gpus-per-node=4,servers=8,server-bandwidth=12.5GB/s,apply=2ms,bound=3,every=16,' +
      'straggler=1:2.0+5:1.5,slow=5%:1.2,mtbf=50000h,checkpoint=30min,save=20s,restart=2min,on-failure=fewer,seed=7',
    null,
  );
  const { settings, modes, sizes } = plan;
  assert.is(sizes.at(-1), 1000);
  assert.equal(modes, ['sync', 'async']);
  assert.equal(settings.times, { kind: 'constant', meanSeconds: 0.25 });
  assert.equal([settings.bytes, settings.bucketBytes, settings.chunkBytes], [1e9, 50 * 2 ** 20, 1e6]);
  assert.equal([settings.backwardShare, settings.algorithm, settings.cluster.gpusPerNode], [0.5, 'tree', 4]);
  assert.equal(settings.server, {
    servers: 8,
    bytesPerSecond: 12.5e9,
    applySeconds: 0.002,
    stalenessBound: 3,
  });
  assert.equal(settings.slowness, {
    stragglers: [
      { replica: 1, factor: 2 },
      { replica: 5, factor: 1.5 },
    ],
    share: 0.05,
    factor: 1.2,
  });
  assert.equal(settings.failures, {
    meanSecondsBetween: 1.8e8,
    checkpointEverySeconds: 1800,
    checkpointSeconds: 20,
    restartSeconds: 120,
    onFailure: 'fewer',
  });
  assert.is(settings.seed, 7);
  assert.equal(assumption(plan, 'mtbf'), { name: 'mtbf', value: '50000h', from: 'given' });
  assert.equal(assumption(plan, 'tier'), { name: 'tier', value: 'nvlink+ib', from: 'default' });
});

test('several numbers of GPUs are simulated and no others, but for one alone', () => {
  assert.equal(simulationPlan('gpus=64+8', null).sizes, [1, 8, 64]);
  assert.equal(simulationPlan('gpus=1', null).sizes, [1]);
});

test('tiers make the machine: inside nodes and between them, with as many cards as they come with', () => {
  const clusterOf = (spec: string) => simulationPlan(spec, null).settings.cluster;
  assert.equal(clusterOf('tier=nvlink4+ib-ndr'), {
    gpusPerNode: 8,
    inside: { bytesPerSecond: 450e9, latencySeconds: 3.4e-6 },
    between: { bytesPerSecond: 8 * 50e9, latencySeconds: 14e-6 },
  });
  assert.is(clusterOf('tier=pcie+100gbe').between.bytesPerSecond, 12.5e9);
  const network = clusterOf('tier=100gbe');
  assert.equal([network.gpusPerNode, network.between.bytesPerSecond], [1, 12.5e9]);
  assert.is(clusterOf('tier=shared-memory,gpus=16').gpusPerNode, 16);
  const own = clusterOf('bandwidth=300GB+40GB,latency=2us+10us');
  assert.equal(own.inside, { bytesPerSecond: 300e9, latencySeconds: 2e-6 });
  assert.equal(own.between, { bytesPerSecond: 320e9, latencySeconds: 1e-5 });
});

test('a recording gives step times and sizes, and what is given goes before it', () => {
  const plan = simulationPlan('gpus=4', recorded);
  assert.equal(plan.settings.times, { kind: 'recorded', seconds: recorded.computeSeconds });
  assert.equal([plan.settings.batchSize, plan.settings.bytes], [16, 4e6]);
  assert.equal(assumption(plan, 'step'), {
    name: 'step',
    value: 'drawn from 2 recorded steps, mean 200 ms',
    from: 'runs/one',
  });
  assert.is(assumption(plan, 'cv'), undefined);
  assert.is(assumption(plan, 'bandwidth')?.from, 'default');
  assert.is(plan.workload?.name, 'resnet20');
  const given = simulationPlan('gpus=4,step=1s,batch=8', recorded);
  assert.equal(given.settings.times, { kind: 'lognormal', meanSeconds: 1, variation: 0.05 });
  assert.is(given.settings.batchSize, 8);
  const spread = simulationPlan('gpus=4,cv=0.3', recorded);
  assert.equal(spread.settings.times, { kind: 'lognormal', meanSeconds: 0.2, variation: 0.3 });
});

test('shared memory has the bandwidth that a recording tells, and says so', () => {
  const plan = simulationPlan('gpus=4,tier=shared-memory', recorded);
  assert.equal(plan.settings.cluster.inside, { bytesPerSecond: 2e9, latencySeconds: 0 });
  assert.match(assumption(plan, 'bandwidth')?.from ?? '', /^runs\/one, fitted to the time/);
});

test('a key that is none is refused with the nearest, and with all that there are', () => {
  assert.match(
    refusal('gpu=4'),
    /knows no key gpu; did you mean gpus\? There are gpus, steps, mode,.* seed\.$/,
  );
  assert.match(refusal('server=4'), /did you mean servers\?/);
  assert.match(refusal('=4'), /knows no empty key/);
});

test('values that make no sense are refused in a sentence', () => {
  const refused: readonly (readonly [spec: string, says: RegExp])[] = [
    ['steps=0', /steps= takes a whole number from 1 on, such as 1024 or 1k; 0 is none/],
    ['gpus=-4', /gpus= takes a whole number/],
    ['gpus=1.5', /gpus= takes a whole number/],
    ['gpus', /gpus has no value; write gpus=1024/],
    ['gpus=', /gpus has no value/],
    ['gpus=4,gpus=8', /gpus= stands twice/],
    ['step=0', /step= takes a time above 0/],
    ['step=5MB', /step= takes a time/],
    ['step=NaN', /step= takes a time/],
    ['cv=-1', /cv= takes a number from 0 to 5/],
    ['bytes=0', /bytes= takes a size above 0/],
    ['bytes=3s', /bytes= takes a size/],
    ['mode=single', /mode= takes sync, async, local/],
    ['algorithm=star', /algorithm= takes ring, tree, hierarchical/],
    ['tier=token-ring', /tier= takes nvlink3, .*; token-ring is none/],
    ['tier=ib+nvlink', /tier= takes links inside a node and then those between/],
    ['tier=nvlink+ib+ib', /tier= takes the names of tiers/],
    ['straggler=1', /straggler= takes a replica and its factor, such as 1:2\.0/],
    ['straggler=1:0.5', /straggler= takes/],
    ['gpus=4,straggler=4:2', /straggler= names replica 4, and of 4 GPUs the last is 3/],
    ['slow=2:2', /slow= takes a share/],
    ['gpus=100000,steps=1000', /100,000 GPUs times 1,000 steps takes too long; give steps=500 or fewer/],
    ['bytes=100GB,bucket=1MB', /are more than 10,000; give a larger bucket=/],
  ];
  for (const [spec, says] of refused) assert.match(refusal(spec), says, spec);
});

test('whatever is typed is taken or refused, and nothing else comes of it', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(...simulationKeys, '=', ',', '+', ':', '1e999', '0', 'none'),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      try {
        simulationPlan(words.join(''), null);
      } catch (error) {
        assert.instance(error, WarpwatchError);
      }
    }),
  );
});

test('help names every key with its default', () => {
  for (const key of simulationKeys) assert.match(simulationHelp(), new RegExp(`^  ${key}=\\S+ +\\w`, 'm'));
});

test('every default is a value of its key', () => {
  for (const key of simulationKeys) {
    const gpus = key === 'gpus' ? '' : 'gpus=2,';
    assert.ok(simulationPlan(`${gpus}${key}=${usualOf(key)}`, null), key);
  }
});

test.run();
