import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readBench } from '../../../src/analysis/bench/read.ts';
import type { BenchResult, BenchRun, Spread } from '../../../src/analysis/bench/result.ts';
import { absent } from '../../../src/model/measured.ts';
import { benchMarkdown } from '../../../src/report/bench/markdown.ts';
import { benchText } from '../../../src/report/bench/text.ts';
import { writeBench } from '../../support/bench-runs.ts';
import { matchesGolden } from '../../support/golden.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('bench: text');

let result: BenchResult;

test.before(async () => {
  const directory = join(temporaryDirectory(), 'bench');
  await writeBench(directory);
  result = readBench(directory);
});

test('a benchmark on a screen', () => {
  matchesGolden('bench/straggler.txt', benchText(result, 100));
});

test('a benchmark in Markdown', () => {
  matchesGolden('bench/straggler.md', benchMarkdown(result));
});

test('a narrow screen breaks sentences and no table', () => {
  const lines = benchText(result, 60).split('\n');
  const heading = lines.slice(0, lines.indexOf(''));
  assert.ok(heading.every((line) => line.length <= 60));
  assert.ok(lines.some((line) => line.startsWith('sync, 2 replicas') && line.length > 60));
});

const none: Spread = absent('A simulation knows no loss.');
const simulatedRun = (label: string, samplesPerSecond: number): BenchRun => {
  const told = (value: number): Spread => ({ value, low: null, high: null, from: 'simulation' });
  const unknown = absent('A simulation knows no loss.');
  return {
    label,
    mode: 'sync',
    replicas: 8,
    modeSettings: '',
    samplesPerSecond: told(samplesPerSecond),
    efficiency: none,
    shares: { compute: told(0.8), wait: told(0.1), communicate: told(0.1), slowed: told(0) },
    stepSeconds: told(0.1),
    staleness: { mean: unknown, p50: unknown, p95: unknown, max: unknown, histogram: [] },
    loss: { final: none, curve: [] },
    accuracy: { final: none, atEqualSeconds: none, atEqualSamples: none, curve: [] },
    perReplica: [],
    rounds: [],
  };
};

test('what is simulated says so in its first line and at each table', () => {
  const simulated: BenchResult = {
    ...result,
    simulated: true,
    host: null,
    source: null,
    runs: [simulatedRun('ring, 8 GPUs', 800), simulatedRun('tree, 8 GPUs', 900)],
    simulation: {
      assumptions: [{ name: 'bandwidth', value: '450 GB/s', from: 'default' }],
      answers: ['From 64 GPUs on sync gains nothing.'],
    },
    notes: [],
    verdict: { sentence: 'The tree is faster.', comparisons: [] },
  };
  const text = benchText(simulated);
  const [first = '', ...rest] = text.split('\n');
  assert.match(first, /^bench, simulated: nothing here was measured/);
  const heads = rest.filter((line) => /samples\/s|assumptions/.test(line));
  assert.is(heads.length, 2);
  assert.ok(heads.every((line) => line.includes('(simulated)')));
  assert.match(text, /bandwidth: 450 GB\/s \(default\)/);
  assert.match(text, /From 64 GPUs on sync gains nothing\.\nThe tree is faster\.\n$/);
  // What nobody knows has no column.
  assert.not.match(text, /efficiency {2}|of it slowed|learning/);
  const markdown = benchMarkdown(simulated);
  assert.match(markdown, /^# bench, simulated/);
  assert.match(markdown, /\| throughput \(simulated\) \|/);
  assert.match(markdown, /\| assumption \(simulated\) \| value \| from \|/);
});

test('names of others are not obeyed', () => {
  const text = benchText({ ...result, notes: ['\u001b[31mred'] });
  assert.not.ok(text.includes('\u001b'));
  assert.match(text, /· red/);
});

test.run();
