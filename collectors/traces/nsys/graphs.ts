import { count, shortTime } from '../../../src/model/numbers.ts';
import { toSeconds } from '../../../src/model/units.ts';
import type { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import type { TraceDatabase } from './database.ts';
import { deviceId, type Gpus } from './devices.ts';
import type { Processes } from './processes.ts';
import type { SessionClock } from './session.ts';

/**
 * Nsight traces a CUDA graph as one unless told otherwise: its kernels are in no table. That is said for each device, with the
 * time it concerns; a graph is no kernel, and is not counted as one.
 * @returns the devices that ran graphs
 */
export function tellGraphs(
  database: TraceDatabase,
  timeline: TimelineBuilder,
  gpus: Gpus,
  processes: Processes,
  clock: SessionClock,
): Set<number> {
  const byDevice = new Map<number, { launches: number; durationNs: number }>();
  const columns = ['deviceId', 'globalPid'].map((column) => ({ column }));
  database.scan(
    {
      table: 'CUPTI_ACTIVITY_KIND_GRAPH_TRACE',
      numbers: [clock.field('start'), clock.field('end'), ...columns],
    },
    ([start = Number.NaN, end = Number.NaN, cudaId = Number.NaN, globalPid = Number.NaN]) => {
      if (Number.isNaN(cudaId) || !clock.isInterval(start, end, timeline.losses)) return;
      const device = gpus.indexOf(processes.processId(processes.ofProcess(globalPid)), cudaId);
      const sums = byDevice.get(device) ?? { launches: 0, durationNs: 0 };
      byDevice.set(device, sums);
      sums.launches++;
      sums.durationNs += end - start;
    },
  );
  for (const [device, { launches, durationNs }] of byDevice) {
    timeline.damage.push(
      `The kernels of ${count(launches)} CUDA graph launches on ${deviceId(device)} (${shortTime(toSeconds(durationNs))}) ` +
        'were not traced and are in no figure; profile with `nsys profile --cuda-graph-trace=node`.',
    );
  }
  return new Set(byDevice.keys());
}
