import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { simulateBench } from '../../../src/commands/bench/simulate.ts';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { writeBench } from '../../support/bench-runs.ts';
import { times, writeReplicas } from '../../support/replica-runs.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('bench --simulate');
const directory = join(temporaryDirectory(), 'bench');

test.before(() => writeBench(directory));

async function refusal(spec: string, from: string | null): Promise<string> {
  try {
    await simulateBench({ spec, from });
  } catch (error) {
    assert.instance(error, WarpwatchError);
    return (error as WarpwatchError).message;
  }
  throw new Error(`${spec} was taken`);
}

test('a specification alone gives a row for one replica and for each mode and number', async () => {
  const result = await simulateBench({ spec: 'gpus=4,steps=20', from: null });
  assert.is(result.schema, 'warpwatch.bench/1');
  assert.ok(result.simulated);
  assert.is(result.runs.length, 1 + 3 * 2);
  assert.is(result.settings.steps, 20);
});

test('a benchmark gives step times, and its runs are held against their simulation', async () => {
  const { runs, simulation, workload } = await simulateBench({ spec: 'gpus=4,steps=50', from: directory });
  assert.is(runs.length, 7);
  // One replica took 50 ms for 10 samples.
  assert.ok(Math.abs((runs[0]?.samplesPerSecond.value ?? 0) - 200) < 1);
  assert.is(workload?.name, 'resnet20');
  assert.is(simulation?.assumptions.find(({ name }) => name === 'step')?.from, directory);
  assert.is(simulation?.answers.filter((answer) => /^Simulated against measured/.test(answer)).length, 3);
});

test('`validate` simulates what was measured and nothing else', async () => {
  const result = await simulateBench({ spec: 'validate', from: directory });
  assert.equal(
    result.runs.map(({ label }) => label),
    ['single', 'sync, 2 replicas', 'async, 2 replicas'],
  );
  assert.ok(result.simulated);
  assert.equal(result.settings.stragglers, [{ replica: 1, factor: 2 }]);
  assert.match(
    result.simulation?.assumptions.find(({ name }) => name === 'bandwidth')?.from ?? '',
    /fitted to/,
  );
  assert.is(result.simulation?.answers.length, 3);
});

test('a recording of replicas gives its computing times and the bandwidth of its memory', async () => {
  const path = join(directory, 'sync-2.1');
  const result = await simulateBench({ spec: 'gpus=2,steps=20,tier=shared-memory', from: path });
  // A step of 100 ms, of which 45 are waiting or slowing and 10 communicating.
  assert.ok(Math.abs((result.runs[0]?.stepSeconds.value ?? 0) - 0.045) < 1e-3);
  assert.match(
    result.simulation?.assumptions.find(({ name }) => name === 'bandwidth')?.value ?? '',
    /^110 MB\/s/,
  );
});

test('what tells no step times, and what has nothing to be validated, is refused in a sentence', async () => {
  const short = join(temporaryDirectory(), 'short');
  await writeReplicas(short, {
    parallel: { mode: 'single' },
    replicas: [{ steps: times(2, () => ({ ms: 10 })) }],
  });
  assert.match(await refusal('gpus=4', short), /has no steps after the first/);
  assert.match(await refusal('validate', null), /validate needs --from DIR/);
  assert.match(await refusal('validate', join(directory, 'single.1')), /validate needs --from DIR/);
  assert.match(await refusal('gpus=4', join(directory, 'nowhere')), /nowhere/);
});

test.run();
