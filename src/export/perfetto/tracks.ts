import type { PbfWriter } from 'pbf';
import { fields, unitBytes } from './fields.ts';
import type { PacketWriter } from './packets.ts';
import { writeTextField } from './text-field.ts';

const { TrackDescriptor, ProcessDescriptor, ThreadDescriptor, CounterDescriptor } = fields;

/** Numbers for processes that are none, out of the way of 0, 1 and 2, which the page takes for Linux' own. */
const firstPid = 1001;

/** A group of tracks: a device, a host, the run. The format has only processes for that. */
export interface Group {
  readonly uuid: number;
  readonly pid: number;
}

/** Introduces tracks; each is shown in the order of introduction within its group, and groups in theirs. */
export class Tracks {
  readonly #packets: PacketWriter;
  #uuids = 0;
  #groups = 0;
  #threads = 0;

  constructor(packets: PacketWriter) {
    this.#packets = packets;
  }

  group(name: string): Group {
    const order = ++this.#groups;
    const pid = firstPid + order - 1;
    const uuid = this.#describe((pbf) => {
      pbf.writeVarintField(TrackDescriptor.siblingOrderRank, order);
      pbf.writeMessage(
        TrackDescriptor.process,
        () => {
          pbf.writeVarintField(ProcessDescriptor.pid, pid);
          // The page shows only what follows the last slash of a name that begins with one.
          writeTextField(pbf, ProcessDescriptor.processName, name.replace(/^\/+/, ''));
        },
        null,
      );
    });
    return { uuid, pid };
  }

  /** A track of its own row, such as a stream or a host thread. */
  thread(group: Group, name: string): number {
    const order = ++this.#threads;
    return this.#describe((pbf) => {
      pbf.writeVarintField(TrackDescriptor.siblingOrderRank, order);
      pbf.writeMessage(
        TrackDescriptor.thread,
        () => {
          pbf.writeVarintField(ThreadDescriptor.pid, group.pid);
          // No two alike in the whole file, and none a process, whose main thread it would be.
          pbf.writeVarintField(ThreadDescriptor.tid, 2 ** 24 + order);
          writeTextField(pbf, ThreadDescriptor.threadName, name);
        },
        null,
      );
    });
  }

  /** A further track for what crosses the slices of `parent`; those of one name are drawn as one. */
  beside(parent: number, name: string): number {
    return this.#describe((pbf) => {
      pbf.writeVarintField(TrackDescriptor.parentUuid, parent);
      writeTextField(pbf, TrackDescriptor.name, name);
    });
  }

  /** A curve of a group. */
  counter(group: Group, name: string, unit: 'bytes' | 'ratio' | null): number {
    return this.#describe((pbf) => {
      pbf.writeVarintField(TrackDescriptor.parentUuid, group.uuid);
      writeTextField(pbf, TrackDescriptor.name, name);
      pbf.writeMessage(TrackDescriptor.counter, () => writeUnit(unit, pbf), null);
    });
  }

  #describe(write: (pbf: PbfWriter) => void): number {
    const uuid = ++this.#uuids;
    this.#packets.describeTrack({ uuid, write });
    return uuid;
  }
}

function writeUnit(unit: 'bytes' | 'ratio' | null, pbf: PbfWriter): void {
  if (unit === 'bytes') pbf.writeVarintField(CounterDescriptor.unit, unitBytes);
  if (unit === 'ratio') writeTextField(pbf, CounterDescriptor.unitName, unit);
}
