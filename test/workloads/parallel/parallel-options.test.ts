import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { findMode, modes } from '../../../workloads/parallel/modes/index.ts';
import {
  checkMode,
  describeMode,
  modeSettings,
  modeSummaries,
  parallelOptions,
} from '../../../workloads/parallel/parallel-options.ts';
import { placementNames } from '../../../workloads/parallel/placement.ts';
import { parseOptions } from '../../../workloads/training/options.ts';

const test = suite('options of the modes');

const settingsOf = (texts: Record<string, string> = {}) => modeSettings(parseOptions(parallelOptions, texts));

test('there is a summary for each mode, and a mode for each summary', () => {
  assert.equal(
    modes.map(({ name }) => name),
    Object.keys(modeSummaries),
  );
  for (const { name, summary } of modes) assert.is(summary, modeSummaries[name]);
  assert.is(findMode('local').name, 'local');
  assert.throws(() => findMode('sometimes'), /There is no mode "sometimes"; choose from sync, async, local/);
});

test('options become settings, and settings words', () => {
  const defaults = settingsOf();
  assert.is(defaults.overlap, true);
  assert.is(defaults.stalenessBound, null);
  assert.equal([...(parallelOptions.placement.choices ?? [])].toSorted(), [...placementNames].toSorted());
  const settings = settingsOf({
    bucketMib: '0.5',
    overlap: 'off',
    averageEvery: '1',
    servers: '3',
    placement: 'round-robin',
    stalenessBound: '4',
    staleRate: 'inverse',
  });
  assert.is(settings.bucketBytes, 524_288);
  const words = modes.map(({ name }) => describeMode(name, settings));
  assert.equal(words, [
    'buckets of 0.5 MiB, after the backward pass',
    '3 servers, placed by round-robin, staleness bound 4, learning rate over staleness + 1',
    'average at every step',
  ]);
  assert.match(describeMode('sync', defaults), /overlapped with the backward pass$/);
  assert.throws(() => settingsOf({ averageEvery: '0' }), /--average-every takes a whole number from 1 on/);
});

test('normalisations over all replicas are for replicas in step', () => {
  const settings = settingsOf({ batchNorm: 'synchronised' });
  checkMode('sync', settings);
  checkMode('async', settingsOf());
  assert.throws(
    () => checkMode('local', settings),
    (error: Error) => error instanceof WarpwatchError,
  );
});

test.run();
