import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { planFile } from '../../../src/analysis/bench/plan.ts';
import { readBench } from '../../../src/analysis/bench/read.ts';
import type { BenchResult, BenchRun, Spread } from '../../../src/analysis/bench/result.ts';
import { absent, type Measured } from '../../../src/model/measured.ts';
import { manifestFile } from '../../../src/recording/format.ts';
import { madePlan, madeRun, writeBench } from '../../support/bench-runs.ts';
import { writeReplicas } from '../../support/replica-runs.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('bench: read');

const none = absent('It is not there.');
let directory = '';
let result: BenchResult;

test.before(async () => {
  directory = join(temporaryDirectory(), 'bench');
  await writeBench(directory);
  result = readBench(directory);
});

function runOf(label: string): BenchRun {
  const run = result.runs.find((each) => each.label === label);
  if (run === undefined) throw new Error(`there is no run ${label}`);
  return run;
}

/** Streams of one recording begin microseconds apart. */
function near(figure: Spread | Measured, expected: number): void {
  const { value } = figure;
  assert.ok(
    value !== null && Math.abs(value - expected) <= 2e-3 * Math.max(0.1, Math.abs(expected)),
    `${JSON.stringify(figure)} is not ${expected}`,
  );
}

test('a row for each mode and number of replicas, in the order of the plan', () => {
  assert.equal(
    result.runs.map(({ label, mode, replicas, rounds }) => [label, mode, replicas, rounds.length]),
    [
      ['1 replica', 'single', 1, 3],
      ['sync, 2 replicas', 'sync', 2, 3],
      ['async, 2 replicas', 'async', 2, 3],
    ],
  );
  assert.is(result.schema, 'warpwatch.bench/1');
  assert.is(result.simulated, false);
  assert.equal(result.source, { path: directory });
  assert.is(result.workload?.name, 'resnet20');
  assert.is(result.workload?.parallel, undefined);
});

test('throughput and efficiency are medians over rounds, each round against its own single', () => {
  // Steps of 50, 52 and 48 ms alone, twice as long with a straggler in lockstep.
  near(runOf('1 replica').samplesPerSecond, 200);
  near(runOf('1 replica').efficiency, 1);
  near(runOf('sync, 2 replicas').samplesPerSecond, 200);
  near(runOf('sync, 2 replicas').efficiency, 0.5);
  near(runOf('async, 2 replicas').samplesPerSecond, 300);
  near(runOf('async, 2 replicas').efficiency, 0.75);
});

test('shares are means over replicas that add up to 1', () => {
  const { shares } = runOf('sync, 2 replicas');
  near(shares.wait, 0.225);
  near(shares.communicate, 0.1);
  near(shares.compute, 0.675);
  near(shares.slowed, 0.225);
});

test('staleness: none in lockstep, all updates of all rounds where there is some', () => {
  near(runOf('sync, 2 replicas').staleness.mean, 0);
  const { staleness } = runOf('async, 2 replicas');
  assert.equal(staleness.histogram, [
    { staleness: 0, updates: 84 },
    { staleness: 2, updates: 42 },
  ]);
  near(staleness.mean, 2 / 3);
  assert.equal([staleness.p50.value, staleness.p95.value, staleness.max.value], [0, 2, 2]);
});

test('accuracy at equal time and at equal samples, linear between checkpoints of whichever replica', () => {
  // The shortest is one replica alone in the third round: 0.96 of 1002 ms, and 200 samples.
  const [single, sync, asynchronous] = ['1 replica', 'sync, 2 replicas', 'async, 2 replicas'].map(
    (label) => runOf(label).accuracy,
  );
  for (const accuracy of [single, sync, asynchronous]) near(accuracy?.final ?? none, 0.6);
  near(single?.atEqualSeconds ?? none, 0.568);
  near(sync?.atEqualSeconds ?? none, 0.284);
  near(asynchronous?.atEqualSeconds ?? none, 0.424);
  near(single?.atEqualSamples ?? none, 0.6);
  near(sync?.atEqualSamples ?? none, 0.3);
  near(asynchronous?.atEqualSamples ?? none, 0.2 + (0.4 * 80) / 300);
  assert.equal(
    sync?.curve.map(({ samples, value }) => [samples, Number(value.toFixed(6))]),
    [
      [100, 0.1],
      [200, 0.3],
      [400, 0.6],
    ],
  );
  assert.match(
    JSON.stringify(sync?.atEqualSeconds),
    /checkpoints, linear between them, at 962 ms of training; median of 3 rounds/,
  );
});

test('the loss of the end is a mean over the last steps, the curve one over rounds', () => {
  const { loss } = runOf('sync, 2 replicas');
  near(loss.final, 1.5);
  assert.ok(loss.curve.length > 3 && loss.curve.length <= 60);
  assert.ok(loss.curve.every(({ value }) => Math.abs(value - 1.5) < 0.51));
  const samples = loss.curve.map((point) => point.samples ?? Number.NaN);
  assert.equal(
    [...samples].sort((a, b) => a - b),
    samples,
  );
});

test('the verdict compares by rounds and says what is slowed on purpose', () => {
  assert.match(
    result.verdict.sentence,
    /^With 2 replicas, of which replica 1 is slowed to 2 times its computing time on purpose, async trains 1\.50 times as many samples a second as sync \(95 % interval 1\.(49|50) to 1\.5[01] over 3 rounds\)/,
  );
  const [first] = result.verdict.comparisons;
  assert.is(first?.a, 'async, 2 replicas');
  assert.is(first?.beyondNoise, true);
});

test('a straggler is one of most rounds', () => {
  assert.equal(
    runOf('sync, 2 replicas').perReplica.map(({ replica, straggler, device, steps }) => [
      replica,
      straggler,
      device,
      steps,
    ]),
    [
      [0, false, 'wasm, 1 thread', 20],
      [1, true, 'wasm, 1 thread', 20],
    ],
  );
});

test('a round tells its end, its parameters and its own figures', () => {
  const [first, second] = runOf('sync, 2 replicas').rounds;
  assert.equal(
    [first?.round, first?.recording, first?.outcome, first?.message],
    [1, 'sync-2.1', 'ended', ''],
  );
  assert.equal(first?.parameterChecksums, [100, 100]);
  assert.equal(first?.parameterNorms, [null, null]);
  assert.is(first?.samples, 400);
  near(first?.seconds ?? none, 2);
  near(second?.samplesPerSecond ?? none, 200 / 1.04);
});

test('rounds that came to the same parameters are one for what they learn', async () => {
  const path = join(temporaryDirectory(), 'bench');
  const plan = madePlan(2);
  await writeBench(path, plan, [1, 1]);
  const { verdict, notes } = readBench(path);
  assert.equal(
    verdict.comparisons.map(({ figure, low, beyondNoise }) => [figure, low === null, beyondNoise]),
    [
      ['samplesPerSecond', false, true],
      ['accuracyAtEqualSeconds', true, false],
      ['accuracyAtEqualSamples', true, false],
    ],
  );
  assert.ok(
    notes.some((note) => note.startsWith('sync, 2 replicas came to the same parameters in every round')),
  );
});

test('rounds that failed, are damaged or were not run count for nothing and are told', async () => {
  const path = join(temporaryDirectory(), 'bench');
  const plan = madePlan(2);
  await writeBench(path, plan);
  // Round 2: sync lost a replica and failed, async is not there, single cannot be read.
  for (const name of ['sync-2.2', 'async-2.2']) rmSync(join(path, name), { recursive: true });
  const run = plan.runs.find(({ recording }) => recording === 'sync-2.2');
  if (run === undefined) throw new Error('it is planned');
  const failed = { outcome: 'failed', message: 'Replica 1 was lost: it ended with code 9.' } as const;
  await writeReplicas(join(path, 'sync-2.2'), {
    ...madeRun(run, 1),
    lost: 'replica 1 ended with code 9',
    end: failed,
  });
  writeFileSync(join(path, 'single.2', manifestFile), '{');
  const { runs, notes, verdict } = readBench(path);
  assert.equal(
    runs.map(({ rounds }) => rounds.map(({ outcome }) => outcome)),
    [
      ['ended', 'failed'],
      ['ended', 'failed'],
      ['ended', 'stopped'],
    ],
  );
  assert.equal(
    runs.map(({ samplesPerSecond }) => JSON.stringify(samplesPerSecond).includes('one round')),
    [true, true, true],
  );
  assert.ok(notes.includes('sync, 2 replicas, round 2, failed: Replica 1 was lost: it ended with code 9.'));
  assert.ok(notes.includes('async, 2 replicas, round 2, was stopped: It was not run.'));
  assert.match(notes.join('\n'), /1 replica, round 2, failed: .*manifest\.json/);
  assert.match(verdict.sentence, /in one round, which tells nothing of the noise/);
  assert.not.ok(verdict.comparisons.some(({ beyondNoise }) => beyondNoise));
});

test('without one replica alone there is no efficiency, and a reason', async () => {
  const path = join(temporaryDirectory(), 'bench');
  const plan = madePlan(1);
  await writeBench(path, { ...plan, runs: plan.runs.filter(({ mode }) => mode === 'sync') });
  const { runs, verdict } = readBench(path);
  assert.match(JSON.stringify(runs[0]?.efficiency), /No round of one replica alone to compare with/);
  assert.match(verdict.sentence, /^There is nothing to compare/);
});

test('a directory without a plan says what to give', () => {
  const path = temporaryDirectory();
  assert.throws(() => readBench(path), /bench\.json cannot be read: it is not there; give the directory/);
  writeFileSync(join(path, planFile), '{"schema":"other"}');
  assert.throws(() => readBench(path), /bench\.json is not the plan of a benchmark/);
});

test.run();
