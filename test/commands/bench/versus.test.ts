/** `bench -- A --vs B`, by the function behind it: two real programs in alternation, and what is said of them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePattern } from '../../../collectors/output/patterns.ts';
import { parseBenchPlan, planFile } from '../../../src/analysis/bench/plan.ts';
import { readBench } from '../../../src/analysis/bench/read.ts';
import { messageOf } from '../../../src/model/errors.ts';
import { until } from '../../support/cli.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { compareCommands } from '../../support/versus.ts';

const test = suite('bench: two commands');
const directory = temporaryDirectory();

/** Prints so many steps, each taking so many milliseconds, and a loss that falls. */
const trainer = join(directory, 'trainer.mjs');
writeFileSync(
  trainer,
  `import { writeSync } from 'node:fs';
const [steps, everyMs, exitCode = 0] = process.argv.slice(2).map(Number);
for (let step = 1; step <= steps; step++) {
  await new Promise((resolve) => setTimeout(resolve, everyMs));
  writeSync(1, \`step \${step} loss=\${1 / step}\\n\`);
}
process.exitCode = exitCode;
`,
);
const training = (...words: readonly (string | number)[]) => [
  process.execPath,
  trainer,
  ...words.map(String),
];
const metric = ['loss=(\\S+)', 'step (\\d+)'].map(parsePattern);
const told = { kernels: { mode: 'full' }, metric } as const;

test('the slower of two is told, with its interval, by the steps that both print', async () => {
  const { result, exitCode, place } = await compareCommands(training(12, 20), training(12, 80), {
    rounds: 3,
    options: told,
  });
  assert.is(exitCode, 0);
  const [a, b] = result.runs;
  assert.equal([a?.mode, b?.mode, a?.rounds.length, b?.rounds.length], ['command', 'command', 3, 3]);
  const [comparison] = result.verdict.comparisons;
  assert.equal([comparison?.figure, comparison?.beyondNoise], ['stepsPerSecond', true]);
  assert.ok((comparison?.value ?? 0) > 1);
  assert.match(
    result.verdict.sentence,
    /^A \(node trainer\.mjs 12 20\) makes .* times as many steps a second as B/,
  );
  assert.match(result.notes.join(' '), /not both commands tell their samples/);
  assert.is(result.settings.steps, 11);
  assert.is(a?.samplesPerSecond.value, null);
  // Of 12 losses the last ten.
  const tail = Array.from({ length: 10 }, (_, at) => 1 / (at + 3)).reduce((sum, loss) => sum + loss, 0) / 10;
  assert.ok(Math.abs((a?.loss.final.value ?? 0) - tail) < 1e-6);
  assert.ok((a?.loss.curve.length ?? 0) > 3 && a?.loss.curve.every(({ samples }) => samples === null));
  assert.is(readFileSync(join(place, 'a.1/output.log'), 'utf8').split('\n')[0], 'step 1 loss=1');
});

test('the runs alternate, the first of a round by turns, and the directory says the same later', async () => {
  const { result, place } = await compareCommands(['true'], ['true'], { rounds: 3 });
  const plan = parseBenchPlan(readFileSync(join(place, planFile), 'utf8'), place);
  assert.equal(
    plan.runs.map(({ recording }) => recording),
    ['a.1', 'b.1', 'b.2', 'a.2', 'a.3', 'b.3'],
  );
  assert.equal(JSON.parse(JSON.stringify(readBench(place))), JSON.parse(JSON.stringify(result)));
});

test('commands that are the same have labels of their own, and what they do not tell is absent', async () => {
  const { result, exitCode } = await compareCommands(['true'], ['true']);
  assert.is(exitCode, 0);
  assert.equal(
    result.runs.map(({ label }) => label),
    ['A (true)', 'B (true)'],
  );
  assert.is(result.verdict.comparisons[0]?.figure, 'programSeconds');
  for (const { stepSeconds, shares, loss, program } of result.runs)
    for (const figure of [
      stepSeconds,
      shares.compute,
      shares.wait,
      loss.final,
      program?.util,
      program?.smActive,
    ])
      assert.ok(figure?.value === null && figure.why.length > 10);
  assert.match(result.notes.join(' '), /whole programs/);
});

test('a command that fails ends it: which, how, its last lines, and what was measured before', async () => {
  const counter = join(directory, 'count');
  const failing = [
    'sh',
    '-c',
    `echo x >> ${counter}; echo "line $(wc -l < ${counter})"; test $(wc -l < ${counter}) -lt 2`,
  ];
  const { result, exitCode, place, stderr } = await compareCommands(['true'], failing, { rounds: 3 });
  assert.is(exitCode, 1);
  assert.match(
    stderr,
    /^warpwatch: B \(sh -c .*\) failed in round 2\. The program ended with exit code 1\.\n {2}line 2$/m,
  );
  assert.equal(readdirSync(place).sort(), ['a.1', 'b.1', 'b.2', planFile]);
  const [a, b] = result.runs;
  assert.equal(
    b?.rounds.map(({ outcome, message }) => [outcome, message]),
    [
      ['ended', ''],
      ['failed', 'The program ended with exit code 1. The last that it printed: line 2'],
      ['stopped', 'It was not run.'],
    ],
  );
  assert.equal(
    a?.rounds.map(({ outcome }) => outcome),
    ['ended', 'stopped', 'stopped'],
  );
  assert.match(result.verdict.sentence, /in one round, which tells nothing of the noise/);
  assert.match(result.notes.join(' '), /Of 6 runs 2 came to their end/);
  assert.match(result.notes.join(' '), /B \(.*\), round 2: The program ended with exit code 1/);
});

test('one that fails at once, silently, leaves nothing to compare', async () => {
  const { result, exitCode, stderr } = await compareCommands(['false'], ['true']);
  assert.is(exitCode, 1);
  assert.match(stderr, /A \(false\) failed in round 1\..*\n {2}\(it printed nothing\)/);
  assert.is(result.runs[0]?.rounds[0]?.outcome, 'failed');
  assert.is(result.runs[1]?.program?.seconds.value, null);
  assert.match(result.verdict.sentence, /no round in which both are known/);
});

test('a script whose interpreter is missing is a command that failed', async () => {
  const script = join(directory, 'script');
  writeFileSync(script, '#!/no/interpreter\n', { mode: 0o755 });
  const { result, exitCode, stderr } = await compareCommands(['true'], [script]);
  assert.is(exitCode, 1);
  assert.match(stderr, /B \(script\) failed in round 1\. .*interpreter or loader that it names is missing/);
  assert.equal(result.runs[1]?.program?.command, [script]);
});

test('a command that is not there is told before anything is made', async () => {
  const place = join(directory, 'nothing');
  for (const commands of [
    [['true'], ['no-such-program']],
    [['true'], []],
  ] as const) {
    const message = await compareCommands(commands[0], commands[1], { directory: place }).catch(messageOf);
    assert.match(String(message), /no program "no-such-program"|A command is missing/);
  }
  assert.not.ok(readdirSync(directory).includes('nothing'));
});

test('a directory that holds a benchmark already is left as it is', async () => {
  const { place } = await compareCommands(['true'], ['true'], { rounds: 1 });
  const message = await compareCommands(['true'], ['true'], { directory: place }).catch(messageOf);
  assert.match(String(message), /exists already/);
  assert.equal(readdirSync(place).sort(), ['a.1', 'b.1', planFile]);
});

test('a signal stops the program that runs and tells what there is', async () => {
  const started = join(directory, 'started');
  const hangs = ['sh', '-c', `touch ${started}; exec sleep 600`];
  const stopped = compareCommands(['true'], hangs);
  await until(() => readdirSync(directory).includes('started'), 'the second program');
  process.emit('SIGTERM', 'SIGTERM');
  const { result, exitCode } = await stopped;
  assert.is(exitCode, 143);
  const [a, b] = result.runs;
  assert.equal([a?.rounds[0]?.outcome, b?.rounds[0]?.outcome], ['ended', 'stopped']);
  assert.is(b?.rounds[0]?.message, 'SIGTERM ended the comparison.');
  assert.match(result.notes.join(' '), /Of 4 runs 1 came to their end/);
});

test('different numbers of steps are told, and do not disturb the rates', async () => {
  const { result } = await compareCommands(training(4, 5), training(8, 5), { rounds: 1, options: told });
  assert.match(result.notes.join(' '), /different numbers of steps, 3 and 7/);
  assert.is(result.verdict.comparisons.length, 1);
});

test.run();
