import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { BenchResult, BenchRun } from '../../../src/analysis/bench/result.ts';
import { simulationResult } from '../../../src/analysis/simulation/result.ts';
import type { SimulatedMode, SimulationSettings } from '../../../src/analysis/simulation/settings.ts';
import { madeUpSettings } from './simulation-settings.ts';

const test = suite('simulation: result');
const times = { kind: 'lognormal', meanSeconds: 0.1, variation: 0.1 } as const;
const link = { bytesPerSecond: 10e9, latencySeconds: 20e-6 };
const cluster = { gpusPerNode: 8, inside: link, between: { bytesPerSecond: 80e9, latencySeconds: 200e-6 } };
const server = { servers: 2, bytesPerSecond: 25e9, applySeconds: 1e-4, stalenessBound: null };

function resultOf(
  change: Partial<SimulationSettings> = {},
  sizes: readonly number[] = [1, 2, 8, 32],
  modes: readonly SimulatedMode[] = ['sync', 'async', 'local'],
): BenchResult {
  const settings = madeUpSettings({ times, cluster, server, ...change });
  return simulationResult({ settings, modes, sizes, assumptions: [], workload: null });
}

function runOf(result: BenchResult, label: string): BenchRun {
  const run = result.runs.find((own) => own.label === label);
  assert.ok(run, label);
  return run;
}

/** Every place where a figure says where it is from. */
function origins(part: unknown): unknown[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = 'from' in part ? [part.from] : [];
  return [...own, ...Object.values(part).flatMap(origins)];
}

test('every figure says that it is simulated, and what a simulation cannot know is absent with its reason', () => {
  const result = resultOf();
  assert.is(result.simulated, true);
  assert.is(result.source, null);
  const from = result.runs.flatMap(origins);
  assert.ok(from.length > 100);
  assert.equal([...new Set(from)], ['simulated']);
  for (const { loss, accuracy, rounds } of result.runs) {
    for (const figure of [loss.final, accuracy.final, accuracy.atEqualSeconds, accuracy.atEqualSamples]) {
      assert.is(figure.value, null);
      assert.match('why' in figure ? figure.why : '', /run `warpwatch bench`/);
    }
    assert.equal(rounds, []);
  }
  for (const sentence of [...(result.simulation?.answers ?? []), result.verdict.sentence]) {
    assert.match(sentence, /^Simulated/);
  }
  for (const { sentence, beyondNoise } of result.verdict.comparisons) {
    assert.match(sentence, /^Simulated/);
    assert.not(beyondNoise);
  }
  assert.match(result.notes.join(' '), /Every figure is simulated/);
});

test('runs have labels of their own, in the words of measured ones', () => {
  const labels = resultOf().runs.map(({ label }) => label);
  assert.equal(labels.slice(0, 3), ['single', 'sync, 2 replicas', 'sync, 8 replicas']);
  assert.is(new Set(labels).size, labels.length);
});

test('replicas are told one by one where they are few', () => {
  const slowness = { stragglers: [{ replica: 1, factor: 2 }], share: 0, factor: 1 };
  const result = resultOf({ slowness });
  const { perReplica, shares } = runOf(result, 'sync, 8 replicas');
  assert.equal(
    perReplica.map(({ straggler }) => straggler),
    [false, true, ...Array(6).fill(false)],
  );
  assert.ok((perReplica[0]?.wait.value ?? 0) > 0.3 && (perReplica[1]?.wait.value ?? 1) < 0.01);
  assert.ok((shares.slowed.value ?? 0) > 0);
  const async = runOf(result, 'async, 8 replicas').perReplica;
  assert.not(
    async.some(({ straggler }) => straggler),
    'nobody waits for a slow one there',
  );
  assert.equal(runOf(result, 'sync, 32 replicas').perReplica, []);
  assert.equal(result.settings.stragglers, [{ replica: 1, factor: 2 }]);
});

test('staleness is 0 in lockstep, told by updates in async, and unknown in local', () => {
  const result = resultOf();
  assert.is(runOf(result, 'sync, 8 replicas').staleness.mean.value, 0);
  const { mean, p50, p95, max, histogram } = runOf(result, 'async, 8 replicas').staleness;
  assert.ok(Math.abs((mean.value ?? 0) - 7) < 0.1);
  assert.ok((p50.value ?? 0) <= (p95.value ?? 0) && (p95.value ?? 0) <= (max.value ?? 0));
  assert.is(
    histogram.reduce((sum, { updates }) => sum + updates, 0),
    90 * 8,
  );
  const local = runOf(result, 'local, 8 replicas').staleness.mean;
  assert.match('why' in local ? local.why : '', /weights of its own/);
});

test('answers say up to where a mode scales, what takes the time, and what async buys', () => {
  const [sync = '', async = '', , against = ''] = resultOf().simulation?.answers ?? [];
  assert.match(
    sync,
    /^Simulated: sync keeps 80% efficiency up to 8 GPUs; at 32 it has \d+%: .* slowest of 32/,
  );
  assert.match(async, /^Simulated: async keeps 80% efficiency up to 32 GPUs, the most that were simulated/);
  assert.match(
    against,
    /async makes 1\.\d+ times the samples a second of sync at 32 GPUs, at a mean staleness of 31/,
  );
});

test('a mode that does not scale at all says so', () => {
  const slow = { bytesPerSecond: 1e8, latencySeconds: 0 };
  const [sync = ''] =
    resultOf({ cluster: { gpusPerNode: 8, inside: slow, between: slow } }).simulation?.answers ?? [];
  assert.match(sync, /sync does not keep 80% efficiency even at 2 GPUs, where it has/);
});

test('where servers are the limit, the answer says how many would do, and so many do', () => {
  const narrow = { servers: 1, bytesPerSecond: 10e9, applySeconds: 0, stalenessBound: null };
  const answers = resultOf({ server: narrow }).simulation?.answers ?? [];
  const limit = answers.find((sentence) => sentence.includes('are the limit')) ?? '';
  assert.match(
    limit,
    /the links of 1 parameter server are the limit of async from 32 GPUs on \(100 updates\/s\)/,
  );
  const needed = Number(/; (\d+) servers would carry 32 GPUs/.exec(limit)?.[1]);
  const enough = resultOf({ server: { ...narrow, servers: needed } });
  assert.not((enough.simulation?.answers ?? []).some((sentence) => sentence.includes('are the limit')));
  const few = resultOf({ server: { ...narrow, servers: Math.floor(needed / 2) } });
  assert.ok((few.simulation?.answers ?? []).some((sentence) => sentence.includes('are the limit')));
});

test('a faster all-reduce is told of, and no slower one', () => {
  const cluster = { gpusPerNode: 1, inside: link, between: { ...link, latencySeconds: 1e-3 } };
  const told = (algorithm: 'ring' | 'tree'): boolean =>
    (resultOf({ cluster, algorithm }).simulation?.answers ?? []).some((own) =>
      own.includes('algorithm=tree'),
    );
  assert.ok(told('ring'));
  assert.not(told('tree'));
});

test('failures that come before the next checkpoint leave no figure, and the reason says what to do', () => {
  const failures = {
    meanSecondsBetween: 3600,
    checkpointEverySeconds: 3600,
    checkpointSeconds: 0,
    restartSeconds: 60,
    onFailure: 'restart',
  } as const;
  const result = resultOf({ failures });
  const { samplesPerSecond, efficiency } = runOf(result, 'sync, 32 replicas');
  assert.match('why' in samplesPerSecond ? samplesPerSecond.why : '', /shorten `checkpoint=`/);
  assert.is(efficiency.value, null);
  assert.not(result.verdict.comparisons.some(({ replicas }) => replicas === 32));
  assert.ok((runOf(result, 'async, 32 replicas').samplesPerSecond.value ?? 0) > 0);
  assert.match((result.simulation?.answers ?? []).at(-1) ?? '', /failures take .*sync's throughput/);
});

test('one replica alone has no modes to compare', () => {
  const result = resultOf({}, [1], ['sync']);
  assert.equal(
    result.runs.map(({ mode }) => mode),
    ['single'],
  );
  assert.match(result.verdict.sentence, /no two modes/);
});

test.run();
