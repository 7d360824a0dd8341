import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openRun } from '../../src/commands/open-run.ts';
import type { Diff } from '../../src/report/diff/contract.ts';
import { buildDiff } from '../../src/report/diff/diff.ts';
import { diffText, kernelsThat } from '../../src/report/diff/text.ts';
import { sharedTrace, sharedTraces } from '../support/shared-traces.ts';

const test = suite('diff of real traces');
const traced = sharedTraces(test);

const nw0 = 'tb_resnet50_nw0_worker0.1623143089861.pt.trace.json.gz';
const nw4 = 'tb_resnet50_nw4_worker0.1623212756351.pt.trace.json.gz';

async function diffOf(before: string, after: string): Promise<Diff> {
  return buildDiff(await openRun([sharedTrace(before)]), await openRun([sharedTrace(after)]));
}

function near(actual: number | null | undefined, expected: number, tolerance: number): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= tolerance, `${actual} is not ${expected}`);
}

traced('two Nsight captures: neutral, with the attention and the communication kernel named', async () => {
  const diff = await diffOf('nsysai_mfu_2gpu_before.sqlite.gz', 'nsysai_mfu_2gpu_after.sqlite.gz');
  assert.is(diff.verdict.verdict, 'neutral');
  near(diff.windowSeconds.before.value, 0.59852, 1e-4);
  near(diff.windowSeconds.after.value, 0.59846, 1e-4);
  assert.is(diff.windowSeconds.direction, 'same');
  near(diff.comparability.ratio, 0.89, 0.02);

  const [attention] = kernelsThat(diff, 'less');
  assert.is(attention?.shortName, 'flash_fwd_kernel');
  near(attention?.change.value, -0.03156, 5e-6);
  assert.is(attention?.direction, 'better');
  // Each call takes as long as before; there are fewer.
  near(attention?.fromDurationSeconds, 0, 0.001);

  const [communication] = kernelsThat(diff, 'more');
  assert.is(communication?.shortName, 'ncclDevKernel_SendRecv');
  near(communication?.change.value, 0.00834, 5e-6);

  const kernels = diff.figures.find(({ figure }) => figure === 'kernelSeconds');
  near(kernels?.before.value, 0.5352, 5e-5);
  near(kernels?.after.value, 0.48884, 5e-5);
  const exposed = diff.figures.find(({ figure }) => figure === 'communication.exposedSeconds');
  near(exposed?.before.value, 0.0254, 5e-5);
  near(exposed?.after.value, 0.03374, 5e-5);
  assert.match(diffText(diff), /second run does 0\.89\d times the work/);
});

traced('loading data in four workers: better, and the loader is gone from idle', async () => {
  const diff = await diffOf(nw0, nw4);
  assert.is(diff.verdict.verdict, 'better');
  assert.is(diff.verdict.subject, 'stepSeconds');
  const loader = diff.figures.find(({ figure }) => /^idle\.hostWork\..*DataLoader/.test(figure));
  assert.ok((loader?.before.value ?? 0) > 0.04);
  assert.ok((loader?.after.value ?? 1) < 0.001);
  const smActive = diff.figures.find(({ figure }) => figure === 'steps.smActive');
  near(smActive?.before.value, 0.5468, 0.0005);
  near(smActive?.after.value, 0.6922, 0.0005);
  assert.is(smActive?.direction, 'better');
});

traced('the same training on another GPU model is held against the peaks', async () => {
  const diff = await diffOf('hta_trace_diff_control_control.json.gz', 'hta_trace_diff_test_test.json.gz');
  assert.ok(diff.models.differ);
  assert.is(diff.verdict.verdict, 'neutral');
  assert.match(diffText(diff), /The GPU models differ: NVIDIA A100-PG509-200 and Tesla V100-SXM2-16GB/);
  assert.ok((diff.stepSeconds.expected?.value ?? 0) > (diff.stepSeconds.before.value ?? 0));
});

traced('one network on GPUs of two makers is comparable by category', async () => {
  const diff = await diffOf(
    'tl_h100_Qwen_Qwen1.5-0.5B-Chat__1016005.json.gz',
    'tl_mi300_Qwen_Qwen1.5-0.5B-Chat__1016005.json.gz',
  );
  assert.ok(diff.comparability.ratio > 0.7);
  assert.is.not(diff.verdict.verdict, 'not comparable');
  assert.ok(diff.kernels.some(({ matchedBy, category }) => matchedBy === 'category' && category === 'gemm'));
});

traced('two networks are not comparable', async () => {
  const pairs = [
    [nw0, 'hta_df_index_resolver_df_index_resolver.json.gz'],
    [nw0, 'tl_h100_Qwen_Qwen1.5-0.5B-Chat__1016005.json.gz'],
    [
      'tl_h100_Falconsai_nsfw_image_detection__1016002.json.gz',
      'tl_h100_Qwen_Qwen1.5-0.5B-Chat__1016005.json.gz',
    ],
    ['hta_trace_diff_control_control.json.gz', 'hta_nccl_parser_config_nccl_data.json.gz'],
  ] as const;
  for (const [before, after] of pairs) {
    const { verdict } = await diffOf(before, after);
    assert.is(verdict.verdict, 'not comparable', `${before} ${after}`);
  }
});

test.run();
