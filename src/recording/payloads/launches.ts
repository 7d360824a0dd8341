import {
  type ActivityKind,
  activityKinds,
  type Extent,
  type Launch,
  type LaunchShape,
} from '../../model/activity.ts';
import { launchFlags } from '../format.ts';

/** A launch with its strings as ids, as the format has it. */
export interface LaunchDefinition {
  readonly launch: Launch;
  readonly nameId: number;
  readonly deviceId: number;
  readonly layerId: number;
  readonly phaseId: number;
}

export const launchBytes = 76;
const kindNames = Object.keys(activityKinds) as ActivityKind[];

/** Layout: u32 first id, u32 count, then 76 bytes each; see FORMAT.md. */
export function encodeLaunches(firstId: number, definitions: readonly LaunchDefinition[]): Uint8Array {
  const bytes = new Uint8Array(8 + definitions.length * launchBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, firstId, true);
  view.setUint32(4, definitions.length, true);
  definitions.forEach((definition, index) => {
    writeLaunch(view, 8 + index * launchBytes, definition);
  });
  return bytes;
}

/** Launches with consecutive ids. */
export interface LaunchDefinitions {
  readonly firstId: number;
  readonly launches: readonly Launch[];
}

/**
 * Reads a launch frame; `text` resolves string ids.
 * @throws RangeError when the payload is not of its form
 */
export function decodeLaunches(payload: Uint8Array, text: (id: number) => string): LaunchDefinitions {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const firstId = view.getUint32(0, true);
  const count = view.getUint32(4, true);
  if (payload.length !== 8 + count * launchBytes) throw new RangeError('a launch frame of odd size');
  const launches: Launch[] = [];
  for (let index = 0; index < count; index++) launches.push(readLaunch(view, 8 + index * launchBytes, text));
  return { firstId, launches };
}

/** The launch with what the format cannot hold, such as a negative size or NaN operations, made unknown. */
export function withoutOddNumbers(launch: Launch): Launch {
  const { shape, flops, bytes } = launch;
  const oddShape = shape !== null && !wordsOf(shape).every((word) => word >>> 0 === word);
  if (!oddShape && isAmount(flops) && isAmount(bytes)) return launch;
  return {
    ...launch,
    shape: oddShape ? null : shape,
    flops: isAmount(flops) ? flops : null,
    bytes: isAmount(bytes) ? bytes : null,
  };
}

function wordsOf({
  grid,
  block,
  registersPerThread,
  staticSharedBytes,
  dynamicSharedBytes,
}: LaunchShape): number[] {
  return [...grid, ...block, registersPerThread, staticSharedBytes, dynamicSharedBytes];
}

function isAmount(value: number | null): boolean {
  return value === null || (Number.isFinite(value) && value >= 0);
}

function writeLaunch(view: DataView, at: number, definition: LaunchDefinition): void {
  const { launch } = definition;
  const flags =
    (launch.shape ? launchFlags.shape : 0) |
    (launch.flops === null ? 0 : launchFlags.flops) |
    (launch.bytes === null ? 0 : launchFlags.bytes);
  const words = [
    activityKinds[launch.kind],
    flags,
    definition.nameId,
    definition.deviceId,
    definition.layerId,
    definition.phaseId,
    ...wordsOf(launch.shape ?? noShape),
  ];
  words.forEach((word, index) => {
    view.setUint32(at + index * 4, word, true);
  });
  view.setFloat64(at + 60, launch.flops ?? 0, true);
  view.setFloat64(at + 68, launch.bytes ?? 0, true);
}

function readLaunch(view: DataView, at: number, text: (id: number) => string): Launch {
  const word = (index: number) => view.getUint32(at + index * 4, true);
  const extent = (index: number): Extent => [word(index), word(index + 1), word(index + 2)];
  const kind = kindNames.find((name) => activityKinds[name] === word(0));
  if (kind === undefined) throw new RangeError(`an activity of unknown kind ${word(0)}`);
  const flags = word(1);
  if ((flags & ~(launchFlags.shape | launchFlags.flops | launchFlags.bytes)) !== 0) {
    throw new RangeError(`a launch with unknown flags ${flags}`);
  }
  const amount = (offset: number): number => {
    const value = view.getFloat64(at + offset, true);
    if (!isAmount(value)) throw new RangeError(`a launch with ${value} operations or bytes`);
    return value;
  };
  return {
    kind,
    name: text(word(2)),
    device: text(word(3)),
    layer: text(word(4)),
    phase: text(word(5)),
    shape:
      flags & launchFlags.shape
        ? {
            grid: extent(6),
            block: extent(9),
            registersPerThread: word(12),
            staticSharedBytes: word(13),
            dynamicSharedBytes: word(14),
          }
        : null,
    flops: flags & launchFlags.flops ? amount(60) : null,
    bytes: flags & launchFlags.bytes ? amount(68) : null,
  };
}

const noShape: LaunchShape = {
  grid: [0, 0, 0],
  block: [0, 0, 0],
  registersPerThread: 0,
  staticSharedBytes: 0,
  dynamicSharedBytes: 0,
};
