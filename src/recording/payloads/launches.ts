import { type ActivityKind, activityKinds, type Extent, type Launch } from '../../model/activity.ts';
import { launchFlags } from '../format.ts';

/** A launch with its strings as ids, as the format has it. */
export interface LaunchDefinition {
  readonly launch: Launch;
  readonly nameId: number;
  readonly deviceId: number;
  readonly layerId: number;
  readonly phaseId: number;
}

const launchBytes = 76;
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

/**
 * Calls `onLaunch` for each definition; `text` resolves string ids.
 * @throws RangeError when the payload is not of its form
 */
export function decodeLaunches(
  payload: Uint8Array,
  text: (id: number) => string,
  onLaunch: (id: number, launch: Launch) => void,
): void {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const firstId = view.getUint32(0, true);
  const count = view.getUint32(4, true);
  if (payload.length !== 8 + count * launchBytes) throw new RangeError('a launch frame of odd size');
  for (let index = 0; index < count; index++) {
    onLaunch(firstId + index, readLaunch(view, 8 + index * launchBytes, text));
  }
}

function writeLaunch(view: DataView, at: number, definition: LaunchDefinition): void {
  const { launch } = definition;
  const flags =
    (launch.shape ? launchFlags.shape : 0) |
    (launch.flops === null ? 0 : launchFlags.flops) |
    (launch.bytes === null ? 0 : launchFlags.bytes);
  const { grid, block, registersPerThread, staticSharedBytes, dynamicSharedBytes } = launch.shape ?? noShape;
  const words = [
    activityKinds[launch.kind],
    flags,
    definition.nameId,
    definition.deviceId,
    definition.layerId,
    definition.phaseId,
    ...grid,
    ...block,
    registersPerThread,
    staticSharedBytes,
    dynamicSharedBytes,
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
    flops: flags & launchFlags.flops ? view.getFloat64(at + 60, true) : null,
    bytes: flags & launchFlags.bytes ? view.getFloat64(at + 68, true) : null,
  };
}

const noShape = {
  grid: [0, 0, 0],
  block: [0, 0, 0],
  registersPerThread: 0,
  staticSharedBytes: 0,
  dynamicSharedBytes: 0,
} as const;
