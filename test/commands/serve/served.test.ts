import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { notYet } from '../../../collectors/repeat.ts';
import { lookMs, openServed, type ServedOptions } from '../../../src/commands/serve/served.ts';
import { healthOf } from '../../../src/commands/top/gpu-sources.ts';
import { absent, isKnown, known } from '../../../src/model/measured.ts';
import { until } from '../../support/cli.ts';
import { makeRecording } from '../../support/recordings.ts';

const test = suite('what is served');
const intervalMs = 100;

async function opened(options: Partial<ServedOptions> = {}) {
  const told: string[] = [];
  const served = await openServed({ intervalMs, settings: {}, tell: (text) => told.push(text), ...options });
  return { served, told };
}

test('this machine is looked at once an interval, and each look gives one moment', async () => {
  const { served, told } = await opened();
  try {
    await served.firstLook;
    let looks = 0;
    const end = served.onLook(() => {
      looks += 1;
    });
    const before = served.moment();
    assert.is(served.moment(), before, 'nothing is worked out twice within a look');
    await until(() => looks > 1, 'two looks');
    const after = served.moment();
    assert.is.not(after, before);
    assert.is(after.host, hostname());
    assert.equal([after.machine.title, served.snapshot().title], [hostname(), hostname()]);
    assert.ok(isKnown(after.machine.host.memoryUsedBytes));
    end();
    const seen = looks;
    await new Promise<void>((resolve) => served.onLook(resolve));
    assert.is(looks, seen, 'who has ended it is not called back');
    const host = after.sources.find(({ id }) => id === 'host');
    assert.is(host?.works, true);
    assert.ok(isKnown(served.moment().sources.find(({ id }) => id === 'host')?.lookSeconds ?? absent('')));
    assert.equal(told, []);
  } finally {
    await served.close();
  }
});

test('a new timeline is begun before the old one is full', async () => {
  const { served } = await opened({ renewMs: 300 });
  const elapsed = () => served.moment().machine.elapsedSeconds;
  try {
    let longest = elapsed();
    await until(() => {
      longest = Math.max(longest, elapsed());
      return elapsed() < longest;
    }, 'a time that begins anew');
    assert.ok(longest > 0.3);
    assert.ok(isKnown(served.moment().machine.host.memoryUsedBytes), 'the new one is whole');
  } finally {
    await served.close();
  }
});

test('a recording is both the machine and the one run', async () => {
  const { directory } = await makeRecording();
  const { served, told } = await opened({ recording: directory, hostname: 'elsewhere' });
  try {
    const { host, machine, runs, sources } = served.moment();
    assert.is(host, 'elsewhere');
    assert.is(runs[0]?.name, basename(directory));
    assert.is(runs[0]?.snapshot, machine);
    assert.is.not(machine.details.ranks, null);
    assert.equal(sources, []);
    rmSync(directory, { recursive: true });
    await until(() => told.length > 0, 'a word on the directory that is gone');
    await new Promise<void>((resolve) => served.onLook(resolve));
    assert.is(told.length, 1);
    assert.match(told[0] ?? '', /cannot be read/);
  } finally {
    await served.close();
  }
});

test('sources that are asked once an hour are looked at every other second', () => {
  assert.equal([100, 3_600_000].map(lookMs), [100, 2000]);
});

test('a recording and runs at once are refused', async () => {
  const { directory } = await makeRecording();
  const refused = await opened({ recording: directory, runs: directory }).catch((error) => error);
  assert.match(refused.message, /leave one out/);
});

test('a source that hangs is not up, and one that fails says why', () => {
  const running = {
    works: true,
    why: '',
    hangs: false,
    lookSeconds: known(0.01, 'clock'),
    firstLook: Promise.resolve(),
    stop: async () => undefined,
  };
  assert.is(healthOf('nvml', running).works, true);
  const hung = healthOf('nvml', { ...running, hangs: true });
  assert.is(hung.works, false);
  assert.match(hung.why, /has not come back/);
  const down = { ...running, works: false, why: 'It is down.', lookSeconds: notYet };
  const { why, lookSeconds } = healthOf('dcgm', down);
  assert.equal([why, lookSeconds], ['It is down.', absent('It is down.')]);
  assert.is(healthOf('dcgm', { ...down, works: true, why: '' }).lookSeconds, notYet);
});

test.run();
