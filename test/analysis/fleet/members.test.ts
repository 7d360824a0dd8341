import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseInstant } from '../../../collectors/prometheus/index.ts';
import { targetKey } from '../../../src/analysis/fleet/gather.ts';
import { TargetsHealth } from '../../../src/analysis/fleet/health.ts';
import { FleetMembers } from '../../../src/analysis/fleet/members.ts';
import type { LabelledValue } from '../../../src/model/labelled.ts';
import { absences, capture, hostsOf, sample, samplesOf } from '../../support/prometheus-captures.ts';

const test = suite('members of a fleet');
const minute = 60e3;

/** A fleet whose answers are made up. */
function fleet() {
  const members = new FleetMembers(absences);
  return {
    members,
    look(
      nowMs: number,
      overview: readonly LabelledValue[],
      health: readonly LabelledValue[],
      remembered = overview,
    ) {
      members.look(
        {
          hosts: hostsOf(overview),
          remembered: remembered.map(({ labels }) => targetKey(labels)),
          health: new TargetsHealth(health),
          atSeconds: 1000,
        },
        nowMs,
      );
      return members.members(nowMs, '');
    },
  };
}

const told = (host: string) =>
  sample('warpwatch_gpu_up', { host, job: 'j', instance: `${host}:1`, gpu: '0' });
const up = (host: string, value = 1) => sample('up', { job: 'j', instance: `${host}:1` }, value);

test('recorded answers give members with the age of their figures', () => {
  const members = new FleetMembers(absences);
  const { atSeconds, samples } = parseInstant(capture('overview.json'));
  members.look(
    {
      hosts: hostsOf(samples),
      remembered: samplesOf('remembered.json').map(({ labels }) => targetKey(labels)),
      health: new TargetsHealth(samplesOf('health.json')),
      atSeconds,
    },
    5000,
  );
  const shown = members.members(7000, '');
  assert.equal(
    shown.map(({ host, condition, exporters }) => [host, condition, exporters.length]),
    [
      ['trainer-1', 'up', 2],
      ['node-7', 'up', 1],
    ],
  );
  for (const { ageSeconds } of shown) assert.ok(ageSeconds !== null && ageSeconds >= 2 && ageSeconds < 4);
});

test('a host whose exporter cannot be scraped is down, with its last word', () => {
  const { look } = fleet();
  look(0, [told('a'), told('b')], [up('a'), up('b')]);
  const [, b] = look(3 * minute, [told('a')], [up('a'), up('b', 0)]);
  assert.is(b?.condition, 'down');
  assert.match(b?.why ?? '', /cannot scrape b:1 \(job j\); the last figures are 3 minutes old/);
  assert.is(b?.snapshot?.devices.length, 1);
  const [, back] = look(4 * minute, [told('a'), told('b')], [up('a'), up('b')]);
  assert.equal([back?.condition, back?.why], ['up', '']);
});

test('a host that has been down since before the first look is told from the last hour', () => {
  const { look } = fleet();
  const [a, b] = look(0, [told('a')], [up('a'), up('b', 0)], [told('a'), told('b')]);
  assert.is(a?.condition, 'up');
  assert.equal([b?.host, b?.condition, b?.snapshot, b?.ageSeconds], ['b', 'down', null, null]);
  assert.match(b?.why ?? '', /cannot scrape b:1 \(job j\); is its exporter running/);
});

test('a host that is down says why by the word of Prometheus, where it has one', () => {
  const members = new FleetMembers(absences);
  const health = new TargetsHealth([up('b', 0)], new Map([['\nj\nb:1', 'connection refused']]));
  const remembered = [targetKey(told('b').labels)];
  members.look({ hosts: [], remembered, health, atSeconds: null }, 0);
  assert.match(
    members.members(0, '')[0]?.why ?? '',
    /cannot scrape b:1 \(job j\): connection refused; is its/,
  );
});

test('a host that is not scraped any more has vanished, and is forgotten after an hour', () => {
  const { look } = fleet();
  look(0, [told('a'), told('b')], [up('a'), up('b')]);
  const [, b] = look(10 * minute, [told('a')], [up('a')]);
  assert.is(b?.condition, 'vanished');
  assert.match(b?.why ?? '', /not scrape it any more; the last figures are 10 minutes old/);
  assert.is(look(59 * minute, [told('a')], [up('a')]).length, 2);
  assert.is(look(61 * minute, [told('a')], [up('a')], []).length, 1);
});

test('a host keeps its name when the exporter that gave it falls silent', () => {
  const { look } = fleet();
  const uuid = 'GPU-0a';
  const ours = sample('warpwatch_gpu_up', { host: 'a', job: 'w', instance: 'a:9847', gpu: '0', uuid });
  const theirs = sample('DCGM_FI_DEV_GPU_UTIL', {
    Hostname: 'pod',
    job: 'd',
    instance: 'a:9400',
    gpu: '0',
    UUID: uuid,
  });
  const answers = [
    sample('up', { job: 'w', instance: 'a:9847' }, 0),
    sample('up', { job: 'd', instance: 'a:9400' }),
  ];
  look(0, [ours, theirs], answers);
  for (const turn of [1, 2]) {
    const shown = look(turn * minute, [theirs], answers, [ours, theirs]);
    assert.equal(
      shown.map(({ host, condition, exporters }) => [host, condition, exporters]),
      [['a', 'up', ['dcgm-exporter']]],
    );
  }
});

test('an exporter that answers without a GPU is no healthy host', () => {
  const { look } = fleet();
  look(0, [told('a')], [up('a')]);
  const [a] = look(minute, [], [up('a')], []);
  assert.is(a?.condition, 'down');
  assert.match(a?.why ?? '', /answers but tells of no GPU/);
});

test('an exporter that is down beside one that speaks is a trouble of its host, not a host', () => {
  const { look } = fleet();
  const uuid = 'GPU-0a';
  const ours = sample('warpwatch_gpu_util_ratio', {
    host: 'a',
    job: 'w',
    instance: 'a:9847',
    gpu: '0',
    uuid,
  });
  const theirs = sample('DCGM_FI_DEV_GPU_UTIL', {
    job: 'd',
    instance: '10.0.0.1:9400',
    gpu: '0',
    UUID: uuid,
  });
  const health = (dcgm: number) => [
    sample('up', { job: 'w', instance: 'a:9847' }),
    sample('up', { job: 'd', instance: '10.0.0.1:9400' }, dcgm),
  ];
  assert.equal(look(0, [ours, theirs], health(1))[0]?.snapshot?.sourceTroubles, []);
  for (const atMs of [minute, 2 * minute]) {
    const [a, ...others] = look(atMs, [ours], health(0), [ours, theirs]);
    assert.is(others.length, 0);
    assert.is(a?.condition, 'up');
    assert.match(a?.snapshot?.sourceTroubles.join() ?? '', /cannot scrape 10.0.0.1:9400 \(job d\)/);
  }
});

test('a source that is silent makes no host of its own fresh', () => {
  const { members, look } = fleet();
  look(0, [told('a'), told('b')], [up('a'), up('b', 0)]);
  for (const { condition, why } of members.members(2 * minute, 'It is slow.')) {
    assert.equal([condition, why], ['down', 'It is slow.']);
  }
});

test('hosts that come and go for days take no more room than there is', () => {
  const { members, look } = fleet();
  for (let day = 0; day < 30; day += 1) {
    const hosts = Array.from({ length: 300 }, (_, host) => told(`day${day}-${host}`));
    look(day * minute, hosts, [], []);
  }
  assert.is(members.members(0, '').length, 2000);
  assert.is(members.omittedHosts, 0);
  const crowd = Array.from({ length: 3000 }, (_, host) => told(`crowd${host}`));
  assert.is(look(31 * minute, crowd, [], []).length, 2000);
  assert.is(members.omittedHosts, 1000);
});

test.run();
