import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readBench } from '../../../src/analysis/bench/read.ts';
import type { BenchResult } from '../../../src/analysis/bench/result.ts';
import {
  fittedLink,
  recordedCommunication,
  recordedComputing,
} from '../../../src/analysis/simulation/recorded.ts';
import {
  linkOfRuns,
  type MeasuredTraining,
  validate,
  validationAnswers,
} from '../../../src/analysis/simulation/validate.ts';
import { writeBench } from '../../support/bench-runs.ts';
import { madeBatch, replicaTimeline, times } from '../../support/replica-runs.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { addSteps, emptyTimeline } from '../../support/timelines.ts';
import { isNear } from './simulation-settings.ts';

const test = suite('simulation: against measured runs');
const bytes = 1e6;

function twoReplicas(mode: 'sync' | 'async') {
  const step = { ms: 100, wait: 20, communicate: 10, slowed: 5 };
  return replicaTimeline({
    parallel: { mode },
    replicas: times(2, () => ({ steps: times(10, (at) => ({ ...step, ms: at < 2 ? 500 : 100 })) })),
  });
}

test('computing is what is left of a step, of all replicas and after the first steps', () => {
  const seconds = recordedComputing(twoReplicas('sync'), 2);
  assert.is(seconds.length, 16);
  assert.ok(seconds.every((value) => isNear(value, 0.065, 1e-6)));
});

test('of a training that tells no waiting whole steps are computing', () => {
  const timeline = emptyTimeline();
  addSteps(timeline, [9e8, 1e8, 2e8]);
  assert.equal([...recordedComputing(timeline, 1)], [0.1, 0.2]);
  assert.is(recordedCommunication(timeline, 1), null);
});

test('the bandwidth is what moves the bytes in the time that was told', () => {
  const measured = recordedCommunication(twoReplicas('sync'), 2);
  assert.ok(measured !== null && isNear(measured.secondsPerStep, 0.01, 1e-3));
  // Of two in a ring each sends its half twice.
  assert.ok(
    isNear(fittedLink({ ...measured, secondsPerStep: 0.01 }, bytes)?.bytesPerSecond ?? 0, bytes / 0.01),
  );
  const async = { mode: 'async', replicas: 2, secondsPerStep: 0.01 } as const;
  assert.ok(isNear(fittedLink(async, bytes)?.bytesPerSecond ?? 0, (2 * bytes) / 0.01));
  assert.is(fittedLink({ ...async, mode: 'local' }, bytes), null);
  assert.is(fittedLink({ ...async, secondsPerStep: 0 }, bytes), null);
});

/** The benchmark of `test/support/bench-runs.ts`: 50 ms a step, the second of two replicas slowed to twice that. */
async function measuredTraining(): Promise<MeasuredTraining> {
  const directory = join(temporaryDirectory(), 'bench');
  await writeBench(directory);
  const result = readBench(directory);
  const link = linkOfRuns(result, bytes, 'sync');
  assert.ok(link);
  return { result, computeSeconds: new Float64Array(20).fill(0.05), batchSize: madeBatch, bytes, link };
}

test('every measured run is simulated, with the stragglers that it had', async () => {
  const measured = await measuredTraining();
  const validations = validate(measured);
  assert.equal(
    validations.map(({ label }) => label),
    ['1 replica', 'sync, 2 replicas', 'async, 2 replicas'],
  );
  const [single, sync, async] = validations;
  assert.ok(isNear(single?.run.samplesPerSecond ?? 0, 200));
  assert.ok(Math.abs(single?.relativeError ?? 1) < 0.01);
  // The straggler computes for 100 ms, and 10 ms of communicating come on top; it was measured at 100 ms in all.
  assert.ok(isNear(sync?.run.samplesPerSecond ?? 0, 20 / 0.11, 0.01));
  assert.ok(isNear(sync?.relativeError ?? 0, 100 / 110 - 1, 0.05));
  // 5 ms a step, of two a pushes' and a pull's halves, so that one makes a step in 55 ms and the other in 105.
  assert.ok(isNear(async?.run.samplesPerSecond ?? 0, 10 / 0.055 + 10 / 0.105, 0.02));
});

test('the errors are told run by run, and a large one with a warning', async () => {
  const measured = await measuredTraining();
  const answers = validationAnswers(validate(measured));
  assert.is(answers.length, 3);
  assert.match(
    answers[1] ?? '',
    /^Simulated against measured: sync, 2 replicas: 182 samples\/s against 200, 9\.\d% less; waiting is 23% of steps against 2[23]%\.$/,
  );
  const slower = { ...measured, computeSeconds: Float64Array.of(0.1) };
  assert.match(validationAnswers(validate(slower)).at(-1) ?? '', /differ by up to \d+%: take/);
  assert.match(
    validationAnswers(validate(slower))[1] ?? '',
    /computing takes 0\.45\d? times as long there as alone/,
  );
  assert.equal(validationAnswers([]), []);
});

test('words of a mode set what they name, and a run without its figure is left out', async () => {
  const measured = await measuredTraining();
  const withWords = (words: string): BenchResult['runs'] =>
    measured.result.runs.map((run) => ({ ...run, modeSettings: words }));
  const [free, bound] = ['', 'staleness bound 0'].map((words) =>
    validate({ ...measured, result: { ...measured.result, runs: withWords(words) } }),
  );
  assert.ok((bound?.[2]?.run.samplesPerSecond ?? 0) < 0.8 * (free?.[2]?.run.samplesPerSecond ?? 0));
  const lost = { value: null, why: 'It failed.' };
  const runs = measured.result.runs.map((run) =>
    run.mode === 'sync' ? { ...run, samplesPerSecond: lost } : run,
  );
  assert.is(validate({ ...measured, result: { ...measured.result, runs } }).length, 2);
});

test.run();
