import type { Extent, LaunchShape } from '../../model/activity.ts';

/** Grid and block of a launch of which no more is known. */
export interface GridDefinition {
  /** Id of the launch, which is yet to be defined. */
  readonly launch: number;
  readonly grid: Extent;
  readonly block: Extent;
}

export const gridBytes = 28;

/** Layout: u32 count, then for each u32 launch, u32 grid x, y, z, u32 block x, y, z; see FORMAT.md. */
export function encodeGrids(definitions: readonly GridDefinition[]): Uint8Array {
  const words = definitions.flatMap(({ launch, grid, block }) => [launch, ...grid, ...block]);
  const view = new DataView(new ArrayBuffer(4 + 4 * words.length));
  [definitions.length, ...words].forEach((word, index) => {
    view.setUint32(4 * index, word, true);
  });
  return new Uint8Array(view.buffer);
}

/** @throws RangeError when the payload is not of its form */
export function decodeGrids(payload: Uint8Array): GridDefinition[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const count = view.getUint32(0, true);
  if (payload.length !== 4 + count * gridBytes) throw new RangeError('a frame of grids of odd size');
  return Array.from({ length: count }, (_, index) => {
    const word = (at: number) => view.getUint32(4 + index * gridBytes + 4 * at, true);
    return { launch: word(0), grid: [word(1), word(2), word(3)], block: [word(4), word(5), word(6)] };
  });
}

/** The grid and block of a shape that tells those alone, or null for any other. */
export function bareGrid(shape: LaunchShape | null): Pick<LaunchShape, 'grid' | 'block'> | null {
  if (shape === null) return null;
  const { grid, block, registersPerThread, staticSharedBytes, dynamicSharedBytes } = shape;
  const more = [registersPerThread, staticSharedBytes, dynamicSharedBytes];
  const isBare = more.every((value) => Number.isNaN(value));
  return isBare && [...grid, ...block].every((word) => word >>> 0 === word) ? { grid, block } : null;
}

/** The shape that a bare grid is. */
export function shapeOfGrid({ grid, block }: Pick<LaunchShape, 'grid' | 'block'>): LaunchShape {
  const unknown = Number.NaN;
  return {
    grid,
    block,
    registersPerThread: unknown,
    staticSharedBytes: unknown,
    dynamicSharedBytes: unknown,
  };
}
