import type { Launch, LaunchShape } from '../../../src/model/activity.ts';
import type { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import { IndexColumn, NumberColumn } from './columns.ts';
import { memcpyName, memsetName } from './copy-names.ts';
import type { Field, TraceDatabase } from './database.ts';
import { deviceId, type Gpus } from './devices.ts';
import { kindNumbers, LaunchTable } from './launch-table.ts';
import type { Names } from './names.ts';
import type { Processes } from './processes.ts';
import type { SessionClock } from './session.ts';

/** Executions in columns, in the order of the tables. */
export class Executions {
  readonly startNs = new NumberColumn();
  readonly durationNs = new NumberColumn();
  readonly launch = new IndexColumn();
  readonly queue = new IndexColumn();
  /** What the call that asked for it is known by; see `Processes.callKey`. NaN where it is not told. */
  readonly call = new NumberColumn();
  /** Numbers of the devices that were busy, each with the processes that used it. */
  readonly devices = new Map<number, Set<number>>();

  use(device: number, process: number): void {
    const users = this.devices.get(device);
    if (users === undefined) this.devices.set(device, new Set([process]));
    else if (!users.has(process)) users.add(process);
  }
}

/** What all tables of executions begin with. */
const commonColumns = ['deviceId', 'streamId', 'correlationId', 'globalPid'] as const;
/** Fields of a row: start, end, then the common columns, then those of the table. */
const firstOwnField = 2 + commonColumns.length;

const shapeColumns = [
  'registersPerThread',
  'gridX',
  'gridY',
  'gridZ',
  'blockX',
  'blockY',
  'blockZ',
  'staticSharedMemory',
  'dynamicSharedMemory',
] as const;

/** A table of executions: which columns tell its launches apart, and what they mean. */
interface ActivityTable {
  readonly name: string;
  readonly kind: Launch['kind'];
  readonly columns: readonly string[];
  describe(own: Float64Array, names: Names): Pick<Launch, 'name' | 'shape' | 'bytes'>;
}

const tables: readonly ActivityTable[] = [
  {
    name: 'CUPTI_ACTIVITY_KIND_KERNEL',
    kind: 'kernel',
    columns: ['demangledName', 'shortName', 'mangledName', ...shapeColumns],
    describe: (own, names) => ({
      name: names.of(...own.subarray(0, 3)) ?? '(kernel without a name)',
      shape: shapeOf(own.subarray(3)),
      bytes: null,
    }),
  },
  {
    name: 'CUPTI_ACTIVITY_KIND_MEMCPY',
    kind: 'memcpy',
    columns: ['copyKind', 'srcKind', 'dstKind', 'bytes'],
    describe: ([copy = Number.NaN, source = Number.NaN, target = Number.NaN, bytes]) => ({
      name: memcpyName(copy, source, target),
      shape: null,
      bytes: quantity(bytes),
    }),
  },
  {
    name: 'CUPTI_ACTIVITY_KIND_MEMSET',
    kind: 'memset',
    columns: ['memKind', 'bytes'],
    describe: ([kind = Number.NaN, bytes]) => ({
      name: memsetName(kind),
      shape: null,
      bytes: quantity(bytes),
    }),
  },
];

/** Reads kernels, copies and fills. */
export function readActivity(
  database: TraceDatabase,
  timeline: TimelineBuilder,
  context: { names: Names; gpus: Gpus; processes: Processes; clock: SessionClock },
): Executions {
  const { names, gpus, processes, clock } = context;
  const executions = new Executions();
  const launches = new LaunchTable(timeline);
  for (const table of tables) {
    const numbers: Field[] = [
      clock.field('start'),
      clock.field('end'),
      ...[...commonColumns, ...table.columns].map((column) => ({ column })),
    ];
    const key = new Float64Array(2 + table.columns.length);
    key[0] = kindNumbers[table.kind];
    const own = key.subarray(2);
    const describe = (): Launch => ({
      kind: table.kind,
      device: deviceId(key[1] as number),
      layer: '',
      phase: '',
      flops: null,
      ...table.describe(own, names),
    });
    database.scan({ table: table.name, numbers }, (row) => {
      const start = row[0] as number;
      const end = row[1] as number;
      const cudaId = row[2] as number;
      if (!clock.isInterval(start, end, timeline.losses)) return;
      if (!isIndex(cudaId)) {
        timeline.losses.outOfRange++;
        return;
      }
      const process = processes.ofProcess(row[5] as number);
      const device = gpus.indexOf(processes.processId(process), cudaId);
      key[1] = device;
      for (let i = 0; i < own.length; i++) own[i] = row[firstOwnField + i] as number;
      executions.startNs.push(start);
      executions.durationNs.push(end - start);
      executions.launch.push(launches.indexOf(key, describe));
      const stream = row[3] as number;
      executions.queue.push(isIndex(stream) ? stream : 0);
      executions.call.push(processes.callKey(process, row[4] as number));
      executions.use(device, process);
    });
  }
  return executions;
}

/** Null where a part is not told. Zero registers or blocks are no launch. */
function shapeOf(own: Float64Array): LaunchShape | null {
  const [registersPerThread, gridX, gridY, gridZ, blockX, blockY, blockZ, staticShared, dynamicShared] = own;
  const sizes = [gridX, gridY, gridZ, blockX, blockY, blockZ];
  if (!sizes.every((size) => isIndex(size) && size > 0)) return null;
  if (!isIndex(registersPerThread) || !isIndex(staticShared) || !isIndex(dynamicShared)) return null;
  const [gx = 1, gy = 1, gz = 1, bx = 1, by = 1, bz = 1] = sizes;
  return {
    grid: [gx, gy, gz],
    block: [bx, by, bz],
    registersPerThread,
    staticSharedBytes: staticShared,
    dynamicSharedBytes: dynamicShared,
  };
}

function quantity(value: number | undefined): number | null {
  return value !== undefined && value >= 0 ? value : null;
}

function isIndex(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value < 2 ** 32 && Number.isInteger(value);
}
