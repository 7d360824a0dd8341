/**
 * Names of copies and fills in the words of CUPTI, which Nsight Systems stores as numbers: CUpti_ActivityMemcpyKind, and
 * the numbers of its own tables ENUM_CUDA_MEMCPY_OPER and ENUM_CUDA_MEM_KIND.
 */
const directions: Readonly<Record<number, readonly [name: string, from: string, to: string]>> = {
  1: ['HtoD', 'Unknown', 'Device'],
  2: ['DtoH', 'Device', 'Unknown'],
  3: ['HtoA', 'Unknown', 'Array'],
  4: ['AtoH', 'Array', 'Unknown'],
  5: ['AtoA', 'Array', 'Array'],
  6: ['AtoD', 'Array', 'Device'],
  7: ['DtoA', 'Device', 'Array'],
  8: ['DtoD', 'Device', 'Device'],
  9: ['HtoH', 'Unknown', 'Unknown'],
  10: ['PtoP', 'Device', 'Device'],
  // Pages of unified memory that move by themselves.
  11: ['HtoD', 'Managed', 'Managed'],
  12: ['DtoH', 'Managed', 'Managed'],
  13: ['DtoD', 'Managed', 'Managed'],
};

const memoryKinds: Readonly<Record<number, string>> = {
  0: 'Pageable',
  1: 'Pinned',
  2: 'Device',
  3: 'Array',
  4: 'Managed',
  5: 'Device Static',
  6: 'Managed Static',
};

/** Such as `Memcpy HtoD (Pageable -> Device)`; NaN where a number is not known. */
export function memcpyName(copyKind: number, sourceKind: number, targetKind: number): string {
  const [name, from, to] = directions[copyKind] ?? ['Unknown', 'Unknown', 'Unknown'];
  return `Memcpy ${name} (${memoryKinds[sourceKind] ?? from} -> ${memoryKinds[targetKind] ?? to})`;
}

/** Such as `Memset (Device)`; NaN where the kind is not known. */
export function memsetName(memoryKind: number): string {
  return `Memset (${memoryKinds[memoryKind] ?? 'Unknown'})`;
}
