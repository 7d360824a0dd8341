import {
  type ActivityKind,
  activityKinds,
  type Launch,
  type LaunchShape,
} from '../../../src/model/activity.ts';
import { detail } from './details.ts';

/** More ways to launch are counted under one without name or shape: a training has some thousand. */
export const mostLaunches = 1 << 18;
const overflowName = '(more launches than warpwatch keeps)';
const kindNames = Object.keys(activityKinds) as ActivityKind[];
/** Kind, name, device, then the details from registers on. */
const head = 3;
const details = [
  detail.registers,
  detail.shared,
  detail.bytes,
  detail.gridX,
  detail.gridY,
  detail.gridZ,
  detail.blockX,
  detail.blockY,
  detail.blockZ,
] as const;
const width = head + details.length;
/** Stands for a number that the event lacks, since NaN equals nothing. */
const missing = -1;

/** Gives equal launches one number each, from 0 on. */
export class LaunchTable {
  #rows = new Float64Array(1024 * width);
  #slots = new Uint32Array(4096);
  readonly #row = new Float64Array(width);
  #count = 0;
  #overflow = new Map<string, number>();

  get count(): number {
    return this.#count;
  }

  get overflowed(): boolean {
    return this.#overflow.size > 0;
  }

  /** @param values of a `DetailReader` */
  intern(kind: ActivityKind, name: number, device: number, values: Float64Array): number {
    const row = this.#row;
    row[0] = activityKinds[kind];
    row[1] = name;
    row[2] = device;
    for (let i = 0; i < details.length; i++) {
      const value = values[details[i] as number] as number;
      row[head + i] = value >= 0 ? value : missing;
    }
    return this.#find(row);
  }

  /** The launches by number. */
  launches(nameText: (name: number) => string, deviceId: (device: number) => string): Launch[] {
    return Array.from({ length: this.#count }, (_, index) => {
      const row = this.#rows.subarray(index * width, (index + 1) * width);
      const name = row[1] as number;
      return toLaunch(row, name === missing ? overflowName : nameText(name), deviceId(row[2] as number));
    });
  }

  #find(row: Float64Array): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(row) - 1; ; ) {
      slot = (slot + 1) & mask;
      const entry = this.#slots[slot] as number;
      if (entry === 0) return this.#count < mostLaunches ? this.#add(row, slot) : this.#overflowOf(row);
      if (this.#equals(entry - 1, row)) return entry - 1;
    }
  }

  #equals(entry: number, row: Float64Array): boolean {
    const rows = this.#rows;
    const at = entry * width;
    for (let i = 0; i < width; i++) if (rows[at + i] !== row[i]) return false;
    return true;
  }

  #add(row: Float64Array, slot: number): number {
    const entry = this.#append(row);
    this.#slots[slot] = entry + 1;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return entry;
  }

  #append(row: Float64Array): number {
    const entry = this.#count++;
    if ((entry + 1) * width > this.#rows.length) {
      const larger = new Float64Array(this.#rows.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows.set(row, entry * width);
    return entry;
  }

  #overflowOf(row: Float64Array): number {
    const key = `${row[0]} ${row[2]}`;
    const known = this.#overflow.get(key);
    if (known !== undefined) return known;
    const entry = this.#append(row.map((value, index) => (index === 0 || index === 2 ? value : missing)));
    this.#overflow.set(key, entry);
    return entry;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#count; entry++) {
      let slot = hashOf(this.#rows.subarray(entry * width, (entry + 1) * width)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    this.#slots = slots;
  }
}

function hashOf(row: Float64Array): number {
  let hash = 0;
  for (let i = 0; i < width; i++) {
    const value = row[i] as number;
    hash = Math.imul(hash ^ value, 0x9e3779b1) ^ (value / 2 ** 32);
    hash ^= hash >>> 15;
  }
  return hash;
}

function toLaunch(row: Float64Array, name: string, device: string): Launch {
  const [kind = 0, , , registers = missing, shared = missing, bytes = missing, ...extents] = row;
  const isKernel = kind === activityKinds.kernel;
  return {
    kind: kindNames[kind] ?? 'kernel',
    name,
    device,
    layer: '',
    phase: '',
    shape: isKernel ? toShape(registers, shared, extents) : null,
    flops: null,
    bytes: isKernel || bytes === missing ? null : bytes,
  };
}

/** AMD's tracer tells grid and block of most kernels, and neither registers nor shared memory: those are NaN. */
function toShape(registers: number, shared: number, extents: readonly number[]): LaunchShape | null {
  const [
    gridX = missing,
    gridY = missing,
    gridZ = missing,
    blockX = missing,
    blockY = missing,
    blockZ = missing,
  ] = extents;
  if (extents.some((extent) => !(extent >= 1))) return null;
  return {
    grid: [gridX, gridY, gridZ],
    block: [blockX, blockY, blockZ],
    registersPerThread: registers === missing ? Number.NaN : registers,
    // Kineto writes the sum of both kinds as one number.
    staticSharedBytes: 0,
    dynamicSharedBytes: shared === missing ? Number.NaN : shared,
  };
}
