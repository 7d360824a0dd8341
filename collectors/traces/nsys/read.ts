import { basename } from 'node:path';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { metrics } from '../../../src/model/series.ts';
import type { ActivityBlock, LaunchCalls, Timeline } from '../../../src/model/timeline.ts';
import { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import type { TraceFile } from '../importer.ts';
import { type Executions, readActivity } from './activity.ts';
import { readAnnotations } from './annotations.ts';
import { readCalls } from './calls.ts';
import { ascendingOrder, inOrderOf } from './columns.ts';
import { TraceDatabase } from './database.ts';
import { Gpus } from './devices.ts';
import { readDiagnostics } from './diagnostics.ts';
import { readGpuMetrics } from './gpu-metrics.ts';
import { tellGraphs } from './graphs.ts';
import { HostRanges } from './host-ranges.ts';
import { Names } from './names.ts';
import { inPlace, type Place } from './place.ts';
import { Processes } from './processes.ts';
import { Ranks } from './rank.ts';
import { SessionClock, SessionInfo } from './session.ts';
import { chooseSteps } from './steps.ts';

/** A database with one of these is a report of Nsight Systems; which others there are depends on what was traced. */
const tellingTables =
  /^(?:CUPTI_ACTIVITY_KIND_|NVTX_EVENTS$|TARGET_INFO_|META_DATA_EXPORT$|EXPORT_META_DATA$|GPU_METRICS$)/;

const noCounters =
  'Nsight Systems sampled no counters of this device; profile with `nsys profile --gpu-metrics-devices=all`.';
const counterMetrics = ['smActive', 'occupancy', 'tensorActive', 'dramActive'] as const;

/**
 * Reads a report of Nsight Systems that was exported to SQLite.
 * @throws WarpwatchError `bad-data` where it is no such report, `unreadable`, `unwritable`, `disk-full`
 */
export function readNsys(file: TraceFile): Promise<Timeline> {
  return inPlace(file, (place) => {
    const database = new TraceDatabase(place, file.path, place.sizeBytes());
    try {
      return readTables(database, file, place);
    } finally {
      database.close();
    }
  });
}

function readTables(database: TraceDatabase, file: TraceFile, place: Place): Timeline {
  if (!database.tables.some((table) => tellingTables.test(table))) {
    throw new WarpwatchError(
      'bad-data',
      `${file.path} is an SQLite database, and no report of Nsight Systems: it has none of its tables; ` +
        'make one with `nsys export --type sqlite REPORT.nsys-rep`.',
    );
  }
  const clock = new SessionClock(database);
  const info = new SessionInfo(database);
  const names = new Names(database);
  const processes = new Processes(database, names);
  const gpus = new Gpus(database);
  const timeline = new TimelineBuilder(
    { path: file.path, format: 'nsys-sqlite' },
    info.run(basename(file.path), clock.originUnixNs, place.modified),
    clock.originUnixNs,
  );
  const context = { names, gpus, processes, clock, losses: timeline.losses };
  const executions = readActivity(database, timeline, context);
  const ranges = new HostRanges(timeline);
  const calls = readCalls(database, executions, ranges, context);
  timeline.addActivity(inOrder(executions, calls));
  const steps = readAnnotations(database, timeline, ranges, context);
  const ranks = new Ranks(info, processes, executions.devices);
  for (const step of chooseSteps(steps, (globalTid) => ranks.ofProcess(processes.ofProcess(globalTid)))) {
    timeline.addStep(step);
  }
  ranges.finish();
  timeline.host.threads.push(...processes.hostThreads((process) => ranks.ofProcess(process)));
  timeline.ranks.push(...ranks.list());
  const sampled = readGpuMetrics(database, timeline, gpus, clock);
  const inGraphs = tellGraphs(database, timeline, gpus, processes, clock);
  addDevices(timeline, gpus, new Set([...executions.devices.keys(), ...sampled, ...inGraphs]));
  tellDoubts(timeline, executions, gpus, processes, names);
  timeline.damage.push(...readDiagnostics(database));
  timeline.damage.push(...database.damage);
  if (place.hasChanged()) {
    timeline.damage.push(`${file.path} changed while it was read; read it again when nobody writes to it.`);
  }
  return timeline;
}

/** One block in order of start, which lets analysis merge without sorting. */
function inOrder(executions: Executions, calls: LaunchCalls | undefined): ActivityBlock {
  const starts = executions.startNs.values();
  const order = ascendingOrder(starts);
  return {
    count: order.length,
    startNs: inOrderOf(order, starts),
    durationNs: inOrderOf(order, executions.durationNs.values()),
    launch: inOrderOf(order, executions.launch.values()),
    queue: inOrderOf(order, executions.queue.values()),
    ...(calls && {
      calls: { startNs: inOrderOf(order, calls.startNs), thread: inOrderOf(order, calls.thread) },
    }),
  };
}

function addDevices(timeline: TimelineBuilder, gpus: Gpus, indices: ReadonlySet<number>): void {
  for (const index of [...indices].sort((a, b) => a - b)) {
    const device = gpus.describe(index);
    timeline.addDevice(device);
    timeline.absences.push({
      device: device.id,
      metric: metrics.util,
      why: 'Nsight Systems does not sample what nvidia-smi shows; kernelBusy is the same, computed from kernels.',
    });
    for (const metric of counterMetrics) {
      const isSampled = timeline.series.some(
        ({ series }) => series.device === device.id && series.metric === metric,
      );
      if (!isSampled) timeline.absences.push({ device: device.id, metric, why: noCounters });
    }
  }
}

/** What is not lost, and yet not as it seems. */
function tellDoubts(
  timeline: TimelineBuilder,
  executions: Executions,
  gpus: Gpus,
  processes: Processes,
  names: Names,
): void {
  if (names.missing > 0) {
    timeline.damage.push('Some names are missing from StringIds; numbers such as #12 stand for them.');
  }
  for (const [device, users] of executions.devices) {
    if (users.size < 2 || gpus.knowsProcesses) continue;
    const ids = [...users].map((process) => processes.processId(process)).join(', ');
    timeline.damage.push(
      `Processes ${ids} all call a GPU ${device}, and the file does not tell whether it is the same one; it is shown as one.`,
    );
  }
  if (timeline.devices.length === 0) {
    timeline.damage.push(
      'No kernel and no copy is in this file; profile with `nsys profile --trace=cuda,nvtx` and export every table.',
    );
  }
}
