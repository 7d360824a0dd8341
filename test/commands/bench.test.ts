import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readBench } from '../../src/analysis/bench/read.ts';
import { isKnown } from '../../src/model/measured.ts';
import { parallelMetrics } from '../../src/model/parallel.ts';
import { readRecording } from '../../src/recording/reader.ts';
import { parseResult, runOf, smallBench } from '../support/bench-cli.ts';
import { warpwatch } from '../support/cli.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('bench');
const directory = temporaryDirectory();
const whole = join(directory, 'whole');
/** More than there are cores. */
const many = Math.max(2, availableParallelism() + 1);

test('compares modes with one replica alone, each in a recording of its own, and warns where cores are shared', async () => {
  const replicas = ['--replicas', `1,${many}`, '--modes', 'sync,async', '--straggler', '1:1.5'];
  const words = ['bench', '--steps', '3', ...replicas, ...smallBench, '--record', whole, '--json'];
  const { code, stdout, stderr } = await warpwatch(words);
  assert.is(code, 0, stderr);
  const result = parseResult(stdout);
  assert.equal(
    result.runs.map(({ label }) => label),
    ['single', `sync, ${many} replicas`, `async, ${many} replicas`],
  );
  for (const { label, rounds } of result.runs)
    assert.equal(
      rounds.map(({ outcome }) => outcome),
      ['ended'],
      label,
    );
  assert.equal(result.settings.stragglers, [{ replica: 1, factor: 1.5 }]);
  assert.is(result.settings.steps, 3);
  assert.ok(result.workload?.synthetic);
  const warning = new RegExp(
    `There are ${many} replicas of 1 thread and \\d+ cores? here: replicas share cores`,
  );
  assert.match(stderr, warning);
  assert.match(result.notes.join('\n'), warning);
  assert.match(
    stderr,
    /bench async, .* replicas, round 1 of 1 \(3 of 3\) \| /,
    'lines say which run they are of',
  );
});

test('replicas of a mode end with the same parameters, and a straggler is slowed', () => {
  const result = readBench(whole);
  const sync = runOf(result, `sync, ${many} replicas`);
  assert.is(new Set(sync.rounds[0]?.parameterChecksums).size, 1);
  assert.equal(
    slowedSeconds(`sync-${many}.1`).map((seconds) => seconds > 0),
    Array.from({ length: many }, (_, rank) => rank === 1),
  );
  assert.equal(slowedSeconds('single-1.1'), [0], 'one alone is not slowed');
  assert.ok(isKnown(runOf(result, 'single').accuracy.final), 'the checkpoint was evaluated');
});

/** Of each replica, in all of its steps. */
function slowedSeconds(recording: string): readonly number[] {
  const sampled = readRecording(join(whole, recording)).series.filter(
    ({ series }) => series.metric === parallelMetrics.slowedSeconds,
  );
  return sampled
    .toSorted((a, b) => (a.series.from < b.series.from ? -1 : 1))
    .map(({ values }) => values.reduce((sum, value) => sum + value, 0));
}

test('each replica has a stream with its rank, and a device with a name of its own', () => {
  assert.equal(readdirSync(whole).toSorted(), [
    `async-${many}.1`,
    'bench.json',
    'single-1.1',
    `sync-${many}.1`,
  ]);
  const timeline = readRecording(join(whole, `sync-${many}.1`));
  assert.equal(timeline.damage, []);
  assert.equal(
    timeline.ranks.map(({ rank, worldSize }) => [rank, worldSize]),
    Array.from({ length: many }, (_, rank) => [rank, many]),
  );
  const own = timeline.devices.filter(({ id }) => /^cpu:\d+$/.test(id));
  assert.is(own.length, many);
  for (const { name, peakFlops } of own) {
    assert.match(name, /, replica \d+ \(1 thread\)$/);
    assert.ok(isKnown(peakFlops));
  }
  assert.ok(
    timeline.absences.some(
      ({ device, metric, why }) => device === 'cpu:0' && metric === 'util' && why !== '',
    ),
  );
  const group = timeline.producers.find(({ name }) => name === 'group');
  assert.equal([group?.outcome, group?.message], ['ended', '']);
  assert.equal(timeline.workload?.parallel?.stragglers, [{ replica: 1, factor: 1.5 }]);
  assert.is(timeline.activity.length, 0, 'no kernel is recorded unless asked for');
});

test('a directory that holds a benchmark or a recording is refused, and left as it is', async () => {
  for (const path of [whole, join(whole, 'single-1.1')]) {
    const before = readdirSync(path);
    const { code, stderr } = await warpwatch(['bench', ...smallBench, '--record', path]);
    assert.is(code, 1);
    assert.match(stderr, /(?:exists already|holds a recording).*another directory/, path);
    assert.equal(readdirSync(path), before);
  }
});

const refused: readonly (readonly [words: readonly string[], why: RegExp])[] = [
  [['--steps', '0'], /--steps takes a whole number from 1 on, not "0"\./],
  [['--steps', '-3'], /--steps takes a whole number from 1 on, not "-3"\./],
  [['--workload', 'fusion'], /The workload fusion trains nothing .* choose one of resnet, ssd, split\./],
  [['--workload', 'x'], /There is no workload "x"/],
  [['--modes', 'sync,fast'], /one or more of sync, async, local/],
  [['--replicas', '0'], /numbers of replicas from 1/],
  [['--replicas', '1,32'], /32 replicas are more than the 31 that can share memory/],
  [['--rounds', '0'], /whole number from 1 on/],
  [['--straggler', '2:2.0', '--replicas', '1,2'], /--straggler names replica 2, .* numbered 0 to 1/],
  [['--straggler', '1:0.5'], /such as 1:2\.0/],
  [['--fault-replica', '7:crash@1', '--replicas', '2'], /--fault-replica names replica 7/],
  [['--checkpoints', '-1'], /--checkpoints takes a whole number from 0 to/],
  [['--deadline', '0'], /seconds from 1/],
  [
    ['--batch-norm', 'synchronised', '--modes', 'sync,async'],
    /--batch-norm synchronised is for the mode sync/,
  ],
  [['--on-loss', 'weep'], /stop, continue/],
  [['--', 'true'], /with --vs between them/],
  [['resnet'], /too many arguments/],
];

for (const [words, why] of refused) {
  test(`bench ${words.join(' ')} is refused before anything is made`, async () => {
    const path = join(directory, 'refused');
    const { code, stdout, stderr } = await warpwatch(['bench', '--record', path, ...words]);
    assert.is(code, 2, stderr);
    assert.match(stderr, why);
    assert.is(stdout, '');
    assert.not(existsSync(path));
  });
}

test('what no replica can begin with ends it at once and leaves no recording', async () => {
  const path = join(directory, 'nowhere');
  const words = ['--backend', 'wasm', '--adapter', '0', '--record', path];
  const { code, stderr } = await warpwatch(['bench', '--steps', '1', ...words]);
  assert.is(code, 2);
  assert.match(stderr, /An adapter is for the webgpu backend/);
  assert.equal(readdirSync(path), []);
});

test.run();
