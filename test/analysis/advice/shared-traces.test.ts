import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { importTrace } from '../../../collectors/traces/index.ts';
import { checkAdvice } from '../../../src/analysis/advice/index.ts';
import { sharedTrace, sharedTraces } from '../../support/shared-traces.ts';

const test = suite('advice on shared traces');
const withTraces = sharedTraces(test);

/** What warns on each trace, in the order of the table, and nothing else does. */
const warnings: Readonly<Record<string, readonly string[]>> = {
  'hta_cupti_profiler_benchmark_result_924719_1679055439_trace.json.gz': [],
  'hta_df_index_resolver_df_index_resolver.json.gz': [
    'launch-bound',
    'exposed-communication',
    'no-tensor-cores',
  ],
  'hta_nccl_parser_config_nccl_data.json.gz': ['launch-bound'],
  'hta_trace_diff_control_control.json.gz': ['launch-bound', 'exposed-communication'],
  'hta_trace_diff_test_test.json.gz': ['no-tensor-cores', 'occupancy-limited'],
  'hta_triton_example_triton_example.json.gz': [],
  'nsysai_mfu_2gpu_after.sqlite.gz': ['launch-bound'],
  'nsysai_mfu_2gpu_before.sqlite.gz': [],
  'pipit_saxpy_mpi_a100.sqlite.gz': ['synchronous-copies', 'sms-not-filled'],
  'tb_resnet50_nw0_worker0.1623143089861.pt.trace.json.gz': ['input-bound', 'no-tensor-cores'],
  'tb_resnet50_nw4_worker0.1623212756351.pt.trace.json.gz': [
    'launch-bound',
    'synchronous-copies',
    'no-tensor-cores',
  ],
  'tl_b200_eager_trace.json.gz': ['launch-bound'],
  'tl_h100_Falconsai_nsfw_image_detection__1016002.json.gz': ['launch-bound', 'sms-not-filled'],
  'tl_h100_Qwen_Qwen1.5-0.5B-Chat__1016005.json.gz': [],
  'tl_mi300_Qwen_Qwen1.5-0.5B-Chat__1016005.json.gz': [],
};

for (const [file, expected] of Object.entries(warnings)) {
  withTraces(`${file}: ${expected.join(', ') || 'nothing'}`, async () => {
    const found = checkAdvice(await importTrace(sharedTrace(file))).filter(
      ({ severity }) => severity === 'warn',
    );
    assert.equal(
      found.map(({ id }) => id),
      expected,
    );
    for (const { evidence, remedy } of found) {
      assert.match(evidence, /\d/);
      assert.ok(remedy.length > 10);
    }
  });
}

withTraces('without workers the loader takes a third of the step', async () => {
  const file = 'tb_resnet50_nw0_worker0.1623143089861.pt.trace.json.gz';
  const found = checkAdvice(await importTrace(sharedTrace(file))).find(({ id }) => id === 'input-bound');
  assert.match(found?.evidence ?? '', /33 % of the time of 6 steps.*DataLoader/);
});

test.run();
