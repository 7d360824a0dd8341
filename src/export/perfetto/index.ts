import type { Exporter } from '../exporter.ts';
import { writeCounters } from './counters.ts';
import { writeExecutions } from './executions.ts';
import { writeHost } from './host.ts';
import { beginTrace } from './trace.ts';
import { writeTraining } from './training.ts';

/**
 * A native Perfetto trace for https://ui.perfetto.dev and trace_processor: the run with its steps, marks and curves; a
 * group a device with its streams and curves; a group a host with its threads.
 */
export const perfetto: Exporter = {
  id: 'perfetto',
  extension: 'pftrace',
  describes: 'a trace for ui.perfetto.dev',
  binary: true,
  oneTable: false,

  async write(timeline, sink) {
    const trace = beginTrace(timeline, sink);
    await writeTraining(trace);
    await writeHost(trace);
    await writeExecutions(trace);
    await writeCounters(trace);
    await trace.packets.flush();
  },
};
