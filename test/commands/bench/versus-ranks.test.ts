/** `bench -- A --vs B` over programs with a made-up CUDA: two ranks whose collectives tell who waits. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildFakeCuda, device, writeScript } from '../../support/fake-cupti.ts';
import { needs } from '../../support/needs.ts';
import { compareCommands } from '../../support/versus.ts';

const test = suite('bench: two commands with ranks');
const ms = 1e6;
const steps = 4;

/** A rank on the GPU of its number: steps that compute first and are then in a collective until their end. */
function rankScript(rank: number, stepMs: number, computeMs: number): string {
  const lines = [device, device, 'init', 'nvtx'];
  for (let at = 0; at < steps; at++) {
    const [start, end] = [at * stepMs * ms, (at + 1) * stepMs * ms];
    const inCollective = start + computeMs * ms;
    lines.push(
      `kernel ${start} ${inCollective - start} ${rank} 7 66 1 1 256 1 1 64 0 0 void gemm<float>(int)`,
      `kernel ${inCollective} ${end - inCollective} ${rank} 20 66 1 1 512 1 1 96 0 0 ncclDevKernel_AllReduce_Sum_f32_RING_LL`,
      `counted ${start} ${end} 77 16 step ${at + 1}`,
      `mark ${start} loss=${1 / (at + 1)}`,
    );
  }
  return writeScript([...lines, `until ${steps * stepMs * ms}`]);
}

/** A program that starts two ranks. */
function twoRanks(stepMs: number, computesMs: readonly [number, number]): string[] {
  const start = (rank: number) => `RANK=${rank} WORLD_SIZE=2 "$0" "$${rank + 1}" > /dev/null`;
  const scripts = computesMs.map((computeMs, rank) => rankScript(rank, stepMs, computeMs));
  return ['sh', '-c', `${start(0)} & ${start(1)}; wait`, buildFakeCuda().trainer, ...scripts];
}

needs('cc', test)('ranks tell samples a second, what waits for whom, util and SM activity', async () => {
  const { result, exitCode } = await compareCommands(twoRanks(20, [8, 14]), twoRanks(50, [20, 20]), {
    options: { kernels: { mode: 'full' }, libcupti: buildFakeCuda().libcupti },
  });
  assert.is(exitCode, 0);
  const [a, b] = result.runs;
  const values = (figures: readonly ({ readonly value: number | null } | undefined)[]) =>
    figures.map((figure) => (figure?.value == null ? null : Math.round(figure.value * 1e6) / 1e6));
  // Three steps of 16 samples after one that warms up, of two ranks: 96 in 60 and in 150 ms.
  assert.equal(values([a?.samplesPerSecond, b?.samplesPerSecond]), [1600, 640]);
  assert.equal(values([a?.program?.stepsPerSecond, a?.stepSeconds]), [100, 0.02]);
  // 8 and 14 of 20 ms compute; of the 12 and 6 in the collective both had 6.
  assert.equal(values([a?.shares.compute, a?.shares.wait, a?.shares.communicate]), [0.55, 0.15, 0.3]);
  assert.equal(values([b?.shares.compute, b?.shares.wait, b?.shares.communicate]), [0.4, 0, 0.6]);
  assert.equal(
    a?.perReplica.map((row) => [
      row.replica,
      row.device,
      row.steps,
      ...values([row.samplesPerSecond, row.compute, row.wait, row.communicate]),
      row.straggler,
    ]),
    [
      [0, 'gpu0', 4, 800, 0.4, 0.3, 0.3, false],
      [1, 'gpu1', 4, 800, 0.7, 0, 0.3, true],
    ],
  );
  // 66 blocks on 132 SMs.
  assert.is(a?.program?.smActive.value, 0.5);
  assert.equal([a?.replicas, a?.rounds[0]?.samples, result.settings.steps], [2, 128, 4]);
  const [comparison] = result.verdict.comparisons;
  assert.equal(values([comparison]), [2.5]);
  assert.equal(
    [comparison?.replicas, comparison?.figure, comparison?.beyondNoise],
    [2, 'samplesPerSecond', true],
  );
  assert.equal(result.notes, []);
});

test.run();
