import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { curvesQuery, healthQuery, hostQuery, overviewQuery } from '../../../src/analysis/fleet/queries.ts';
import { readers } from '../../support/prometheus-captures.ts';

const test = suite('queries of a fleet');
const target = { cluster: '', job: 'a', instance: 'b:1', host: '', hostname: 'c"\\', node: '' };

test('the overview asks for a part of what is read, and takes further matchers', () => {
  const query = overviewQuery(readers, 'cluster="x"');
  assert.match(query, /^\{__name__=~"warpwatch_gpu_util_ratio\|.*",cluster="x"\}$/);
  assert.match(query, /DCGM_FI_PROF_PIPE_FP32_ACTIVE/);
  assert.not.match(query, /fan_speed/i);
  assert.ok(hostQuery(readers, [target], '').length > query.length);
});

test('names of jobs and labels stay names', () => {
  assert.match(healthQuery(['a.b', 'c"d'], ''), /^up\{job=~"a\\\\\.b\|c\\"d"\} or /);
  assert.match(healthQuery([], ''), /^up or label_replace\(max by/);
  assert.match(
    hostQuery(readers, [target], 'x="y"'),
    /cluster="",job="a",instance="b:1",host="",Hostname="c\\"\\\\",node="",x="y"\}$/,
  );
});

test('curves are asked for of every exporter', () => {
  const query = curvesQuery(readers, [target, target], '');
  for (const name of [
    'warpwatch_gpu_power_watts',
    'DCGM_FI_DEV_GPU_UTIL',
    'nvidia_smi_power_draw_watts',
    'warpwatch_training_loss',
  ]) {
    assert.ok(query.includes(name), name);
  }
  assert.not.match(query, /DCGM_FI_DEV_GPU_TEMP|fan_speed/);
  assert.is(query.split(' or ').length, 2);
});

test.run();
