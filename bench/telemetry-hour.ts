/** Whether a live view's memory is flat: an hour of eight GPUs, with the clock run ahead. */
import { LiveView, liveKeepNs } from '../src/analysis/live.ts';
import { absent, known } from '../src/model/measured.ts';
import { metrics } from '../src/model/series.ts';
import { describeRun } from '../src/recording/manifest.ts';
import { TimelineBuilder } from '../src/recording/timeline-builder.ts';
import type { Row } from './row.ts';

const gpus = 8;
const figures = Object.values(metrics);
const intervalNs = 1e9;
const hourNs = 3600e9;
/** From here on every history is full. */
const warmNs = 4500e9;
const mostGrowth = 1.05;

export function hourRows(): Row[] {
  const manifest = describeRun('hour', [], {}, []);
  const timeline = new TimelineBuilder({ path: 'memory', format: 'recording' }, manifest.run, 0n, {
    keepNs: liveKeepNs,
  });
  const series = Array.from({ length: gpus }, (_, index) => {
    const id = `gpu${index}`;
    timeline.addDevice({
      id,
      kind: 'gpu',
      name: 'NVIDIA H200',
      vendor: 'NVIDIA',
      smCount: known(132, 'nvml'),
      computeCapability: known('9.0', 'nvml'),
      memoryBytes: known(150e9, 'nvml'),
      peakFlops: absent('not measured'),
    });
    return figures.map((metric) => timeline.addSeries({ device: id, metric, from: 'nvml' }));
  }).flat();
  const view = new LiveView(timeline);
  const heapAt = (untilNs: number, fromNs: number): number => {
    for (let nowNs = fromNs; nowNs < untilNs; nowNs += intervalNs) {
      for (const [at, entry] of series.entries()) timeline.addSample(entry, nowNs, (at % 100) / 100);
      view.snapshot(nowNs);
    }
    globalThis.gc?.();
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };
  const start = performance.now();
  const warm = heapAt(warmNs, 0);
  const later = heapAt(warmNs + hourNs, warmNs);
  const seconds = (performance.now() - start) / 1e3;
  const growth = later / warm;
  return [
    {
      name: 'live view of 8 GPUs: memory after one more hour, over before',
      value: growth,
      unit: 'times',
      target: `≤ ${mostGrowth}`,
      holds: growth <= mostGrowth,
      note: `time-compressed: the first 75 minutes fill the histories, ${figures.length} figures a GPU at 1 s`,
    },
    {
      name: 'live view of 8 GPUs: CPU time of a moment',
      value: (seconds / ((warmNs + hourNs) / intervalNs)) * 1e3,
      unit: 'ms',
    },
  ];
}
