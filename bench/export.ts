/** A million executions to each format: how fast, how much memory, how large. */
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exporters } from '../src/export/exporters.ts';
import { streamSink } from '../src/export/stream-sink.ts';
import { TimelineBuilder } from '../src/recording/timeline-builder.ts';
import { emptyTimeline, testDevice, testLaunch } from '../test/support/timelines.ts';
import type { Row } from './row.ts';

const executions = Number(process.env['WARPWATCH_BENCH_EXECUTIONS'] ?? 1_000_000);
const perBlock = 16_384;
const launches = 200;
const streams = 4;
/** The run's own columns take 50 bytes an execution; pieces and row groups are bounded. */
const mostMebibytes = 700;

export async function exportBenchmarks(): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'warpwatch-bench-'));
  const timeline = manyExecutions();
  const rows: Row[] = [];
  try {
    for (const exporter of exporters) {
      const path = join(directory, `run.${exporter.extension}`);
      let most = 0;
      const timer = setInterval(() => {
        most = Math.max(most, process.memoryUsage.rss());
      }, 20);
      const file = createWriteStream(path);
      const start = performance.now();
      await exporter.write(timeline, streamSink(file), {
        table: 'executions',
        escapeFormulas: false,
        version: '0.0.0',
      });
      await new Promise<void>((resolve) => file.end(resolve));
      const seconds = (performance.now() - start) / 1000;
      clearInterval(timer);
      most = Math.max(most, process.memoryUsage.rss());
      const mebibytes = most / 2 ** 20;
      rows.push(
        { name: `${exporter.id}: executions`, value: executions / seconds / 1e6, unit: 'million/s' },
        {
          name: `${exporter.id}: memory, the run included`,
          value: mebibytes,
          unit: 'MiB',
          target: `≤ ${mostMebibytes}`,
          holds: mebibytes <= mostMebibytes,
        },
        { name: `${exporter.id}: file`, value: statSync(path).size / executions, unit: 'bytes an execution' },
      );
      rmSync(path);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return rows;
}

/** Kernels with launch shapes on several streams, each with the host's call, as an imported trace has them. */
function manyExecutions(): TimelineBuilder {
  const timeline = new TimelineBuilder(
    { path: 'made-up', format: 'kineto' },
    emptyTimeline().run,
    1_700_000_000_000_000_001n,
  );
  timeline.addDevice({ ...testDevice('gpu0'), kind: 'gpu', name: 'Test GPU', vendor: 'NVIDIA' });
  timeline.host.threads.push({ name: 'main', rank: null });
  for (let at = 0; at < launches; at++) {
    timeline.addLaunch(
      testLaunch({
        device: 'gpu0',
        name: `void at::native::vectorized_elementwise_kernel<4, at::native::Functor${at}<float> >(int, float*)`,
        layer: `block${at % 16}/conv`,
        shape: {
          grid: [at + 1, 1, 1],
          block: [256, 1, 1],
          registersPerThread: 32,
          staticSharedBytes: 0,
          dynamicSharedBytes: 0,
        },
      }),
    );
  }
  for (let from = 0; from < executions; from += perBlock)
    addBlock(timeline, from, Math.min(perBlock, executions - from));
  return timeline;
}

function addBlock(timeline: TimelineBuilder, from: number, count: number): void {
  const startNs = Float64Array.from({ length: count }, (_, at) => (from + at) * 5000 + ((at * 7919) % 1000));
  timeline.addActivity({
    count,
    startNs,
    durationNs: Float64Array.from(startNs, (_, at) => 2000 + ((at * 104_729) % 17_000)),
    launch: Uint32Array.from(startNs, (_, at) => (at * 31) % launches),
    queue: Uint32Array.from(startNs, (_, at) => 7 + (at % streams)),
    calls: { startNs: startNs.map((at) => at - 9000), thread: new Uint32Array(count) },
  });
}
