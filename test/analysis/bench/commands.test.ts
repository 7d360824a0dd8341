import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type CommandRound,
  commandRound,
  missingCommand,
} from '../../../src/analysis/bench/command-round.ts';
import { commandsResult } from '../../../src/analysis/bench/commands-result.ts';
import { type BenchPlan, planSchema } from '../../../src/analysis/bench/plan.ts';
import { addSamples, addSteps, emptyTimeline, testWorkload } from '../../support/timelines.ts';

const test = suite('two commands');
const ms = 1e6;

interface MadeUp {
  readonly stepMs: number;
  readonly steps?: number;
  readonly samples?: number | null;
  /** By evaluations that follow each other every tenth of a second. */
  readonly accuracy?: readonly number[];
  readonly outcome?: 'ended' | 'failed' | null;
}

function runOf(name: 'A' | 'B', round: number) {
  const recording = `${name.toLowerCase()}.${round}`;
  return {
    recording,
    label: name,
    mode: 'command',
    replicas: 1,
    modeSettings: `${name} now`,
    round,
  } as const;
}

function made(name: 'A' | 'B', round: number, run: MadeUp): CommandRound {
  const { stepMs, steps = 10, samples = 8, accuracy = [], outcome = 'ended' } = run;
  const timeline = emptyTimeline();
  for (const step of addSteps(
    emptyTimeline(),
    Array.from({ length: steps }, () => stepMs * ms),
  ))
    timeline.addStep({ ...step, samples });
  addSamples(
    timeline,
    null,
    'loss',
    Array.from({ length: steps }, (_, at) => [(at + 1) * stepMs * ms, steps - at]),
  );
  if (accuracy.length > 0)
    addSamples(
      timeline,
      null,
      'validationAccuracy',
      accuracy.map((value, at) => [(at + 1) * 100 * ms, value]),
    );
  if (outcome !== null)
    timeline.producers.push({
      name: 'group',
      processId: 1,
      outcome,
      message: outcome === 'failed' ? 'It broke.' : '',
    });
  return commandRound(timeline, runOf(name, round));
}

function compare(a: readonly MadeUp[], b: readonly MadeUp[], others: readonly CommandRound[] = []) {
  const rounds = [
    ...a.map((run, at) => made('A', at + 1, run)),
    ...b.map((run, at) => made('B', at + 1, run)),
    ...others,
  ];
  const plan: BenchPlan = {
    schema: planSchema,
    createdAt: '',
    command: [],
    host: { name: '', platform: '', cpu: '', cores: 1, memoryBytes: 1 },
    settings: { transport: 'none', steps: 0, warmUpSteps: 0, rounds: a.length, stragglers: [] },
    runs: rounds.map(({ run }) => run),
    notes: [],
  };
  return commandsResult(plan, rounds, 'somewhere');
}

test('what differs less than its rounds do is within the noise; pairs of rounds decide', () => {
  const { verdict } = compare(
    [{ stepMs: 10 }, { stepMs: 12 }, { stepMs: 11 }],
    [{ stepMs: 11 }, { stepMs: 11 }, { stepMs: 11 }],
  );
  assert.is(verdict.comparisons[0]?.beyondNoise, false);
  assert.match(
    verdict.sentence,
    /^no difference shows beyond the noise: A trains 1\.00 times as many samples a second as B/,
  );
  // The machine was slower in each round, for both alike.
  const paired = compare(
    [{ stepMs: 10 }, { stepMs: 20 }, { stepMs: 40 }],
    [{ stepMs: 20 }, { stepMs: 40.1 }, { stepMs: 80 }],
  );
  assert.is(paired.verdict.comparisons[0]?.beyondNoise, true);
  assert.match(paired.verdict.sentence, /^A trains 2\.00 times as many samples a second as B/);
});

test('figures are medians over the rounds that ended; the others are listed with their reason', () => {
  const { runs, notes, verdict } = compare(
    [{ stepMs: 10 }, { stepMs: 20 }, { stepMs: 10, outcome: 'failed' }],
    [{ stepMs: 10 }, { stepMs: 20 }, { stepMs: 10, outcome: null }],
    [
      missingCommand(runOf('A', 4), 'failed', 'It cannot be read.'),
      missingCommand(runOf('B', 4), 'stopped', 'It was not run.'),
    ],
  );
  assert.is(runs[0]?.samplesPerSecond.value, 600);
  assert.equal(
    runs.map(({ rounds }) => rounds.map(({ outcome }) => outcome)),
    [
      ['ended', 'ended', 'failed', 'failed'],
      ['ended', 'ended', 'running', 'stopped'],
    ],
  );
  assert.equal(notes, [
    'Of 8 runs 4 came to their end.',
    'A, round 3: It broke.',
    'B, round 3: It was not seen to end.',
    'A, round 4: It cannot be read.',
  ]);
  assert.match(verdict.sentence, /over 2 rounds/);
});

test('steps stand in where one does not tell its samples, and it is said', () => {
  const { verdict, notes, runs } = compare([{ stepMs: 10, samples: null }], [{ stepMs: 20 }]);
  assert.is(verdict.comparisons[0]?.figure, 'stepsPerSecond');
  assert.match(verdict.sentence, /A makes 2\.00 times as many steps a second as B, in one round/);
  assert.match(notes.join(), /taken for granted that a step has equally many/);
  assert.ok(runs[0]?.loss.curve.every(({ samples }) => samples === null));
  assert.ok(runs[1]?.loss.curve.every(({ samples }) => samples !== null && samples > 0));
});

test('the loss at the end is a mean over the last values, the curve falls over time and samples', () => {
  const [run] = compare([{ stepMs: 10, steps: 20 }], [{ stepMs: 10 }]).runs;
  assert.is(run?.loss.final.value, 5.5);
  const curve = run?.loss.curve ?? [];
  assert.is(curve.length, 10);
  assert.ok(curve.every(({ value }, at) => at === 0 || value < (curve[at - 1]?.value ?? 0)));
  // Three of the twenty are in the last tenth of the time.
  assert.is(curve.at(-1)?.samples, 152);
});

test('accuracies are compared at the time and at the samples that both came to', () => {
  const { runs, verdict } = compare(
    [{ stepMs: 50, accuracy: [0.2, 0.4, 0.6] }],
    [{ stepMs: 25, accuracy: [0.1, 0.3] }],
  );
  assert.equal(
    runs.map(({ accuracy }) => [
      accuracy.final.value,
      accuracy.atEqualSeconds.value,
      accuracy.atEqualSamples.value,
    ]),
    [
      [0.6, 0.4, 0.6],
      [0.3, 0.3, 0.2],
    ].map(([final, seconds, samples]) => [final, seconds, samples]),
  );
  assert.equal(
    verdict.comparisons.map(({ figure }) => figure),
    ['samplesPerSecond', 'accuracyAtEqualSeconds', 'accuracyAtEqualSamples'],
  );
  const [percent] = compare([{ stepMs: 50, accuracy: [76.2] }], []).runs;
  assert.match(
    percent?.accuracy.final.value === null ? percent.accuracy.final.why : '',
    /76\.2, which is no share/,
  );
  const alone = compare([{ stepMs: 50, accuracy: [0.2] }], [{ stepMs: 25 }]);
  assert.is(alone.verdict.comparisons.length, 1);
  assert.is(alone.runs[0]?.accuracy.atEqualSeconds.value, null);
});

test('data that are made up and records that are missing are told', () => {
  const timeline = emptyTimeline();
  timeline.workload = testWorkload();
  timeline.producers.push({ name: 'group', processId: 1, outcome: 'ended', message: '' });
  timeline.losses.dropped = 3;
  const { notes } = compare([], [], [commandRound(timeline, runOf('A', 1))]);
  assert.match(notes.join(), /A: 3 records of it are missing/);
  assert.match(notes.join(), /A: It trains on made-up data: synthetic shapes/);
});

test.run();
