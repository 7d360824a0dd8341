import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { importTrace } from '../../../collectors/traces/index.ts';
import type { ActivityKind } from '../../../src/model/activity.ts';
import type { Timeline } from '../../../src/model/timeline.ts';
import { executionsOf } from '../../support/kineto.ts';
import { readSharedJson, sharedTrace, sharedTraces } from '../../support/shared-traces.ts';

const test = suite('kineto: shared traces');
const shared = sharedTraces(test);

interface Golden {
  readonly format: string;
  readonly devices: Readonly<
    Record<string, { kernels: number; memcpys: number; memsets: number; kernelDurSumUs: number }>
  >;
}

function sums(timeline: Timeline, device: string, kind: ActivityKind): { calls: number; durationNs: number } {
  let calls = 0;
  let durationNs = 0;
  for (const [index, launch] of timeline.launches.entries()) {
    if (launch.device !== device || launch.kind !== kind) continue;
    calls += timeline.launchTotals[index]?.calls ?? 0;
    durationNs += timeline.launchTotals[index]?.durationNs ?? 0;
  }
  return { calls, durationNs };
}

shared('counts and kernel time of every trace are exact', async () => {
  const golden = readSharedJson('golden.json') as Readonly<Record<string, Golden>>;
  const traces = Object.entries(golden).filter(([, { format }]) => format === 'kineto');
  assert.ok(traces.length >= 12);
  for (const [file, { devices }] of traces) {
    const timeline = await importTrace(sharedTrace(file));
    assert.equal(
      timeline.devices.map(({ id }) => id),
      Object.keys(devices).map((number) => `gpu${number}`),
      file,
    );
    for (const [number, { kernels, memcpys, memsets, kernelDurSumUs }] of Object.entries(devices)) {
      const kernel = sums(timeline, `gpu${number}`, 'kernel');
      assert.is(kernel.calls, kernels, file);
      assert.is(kernel.durationNs, Math.round(kernelDurSumUs * 1000), file);
      assert.is(sums(timeline, `gpu${number}`, 'memcpy').calls, memcpys, file);
      assert.is(sums(timeline, `gpu${number}`, 'memset').calls, memsets, file);
    }
    assert.equal(timeline.losses, { dropped: 0, unfinished: 0, outOfRange: 0 }, file);
    assert.equal(
      executionsOf(timeline).some(({ startNs, callNs }) => callNs > startNs + 1e6),
      false,
      `${file}: no call comes a millisecond after what it asked for`,
    );
  }
});

shared('calls are joined and steps are numbered in the traces of 2021 and later', async () => {
  const cases = [
    ['tb_resnet50_nw0_worker0.1623143089861.pt.trace.json.gz', [5, 6, 7, 8, 9, 10], 9096],
    ['hta_df_index_resolver_df_index_resolver.json.gz', [2, 3, 4, 5, 6], 22290],
    ['tl_h100_Falconsai_nsfw_image_detection__1016002.json.gz', [6], 156],
  ] as const;
  for (const [file, steps, joined] of cases) {
    const timeline = await importTrace(sharedTrace(file));
    assert.equal(
      timeline.steps.map(({ number }) => number),
      steps,
      file,
    );
    assert.is(executionsOf(timeline).filter(({ callNs }) => !Number.isNaN(callNs)).length, joined, file);
    assert.equal(timeline.damage, [], file);
  }
});

shared('a trace without kernels, and one without the profiler’s last mark, say so', async () => {
  const said = async (file: string) => (await importTrace(sharedTrace(file))).damage.join();
  assert.match(
    await said('hta_cupti_profiler_benchmark_result_924719_1679055439_trace.json.gz'),
    /holds no kernel, copy or set of a GPU/,
  );
  assert.match(await said('tl_b200_eager_trace.json.gz'), /Record Window End/);
});

test.run();
