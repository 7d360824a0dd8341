/** A moment with processes on its devices, for the tests of what lists and signals them. */
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import type { GpuProcess } from '../../src/model/gpu-process.ts';
import { absent, known } from '../../src/model/measured.ts';
import { absentFigures, running } from './snapshots.ts';

export const training: GpuProcess = {
  pid: 4321,
  name: 'python',
  command: 'python train.py',
  user: 'anna',
  parent: 4000,
  container: '',
  kind: 'compute',
  memoryBytes: known(30 * 2 ** 30, 'nvml'),
  util: known(0.97, 'nvml'),
};

export const processes: readonly GpuProcess[] = [
  training,
  {
    ...training,
    pid: 4000,
    name: 'torchrun',
    command: 'torchrun --nproc 2',
    parent: 1,
    memoryBytes: known(0.5 * 2 ** 30, 'nvml'),
    util: known(0, 'nvml'),
  },
  { ...training, pid: 4322, command: 'python train.py --rank 1', memoryBytes: known(29 * 2 ** 30, 'nvml') },
  {
    ...training,
    pid: 977,
    name: 'Xorg',
    command: '/usr/lib/xorg/Xorg :0',
    user: 'root',
    parent: 1,
    container: '3f1c22ab90de',
    kind: 'graphics',
    memoryBytes: absent('The driver does not say how much memory this process holds.'),
    util: absent('The driver has taken no sample of this process yet.'),
  },
  { ...training, pid: 88_001, name: 'a name', command: '', user: '', parent: null },
];

/** Two devices; the processes are on the first, one of them on the second too. */
export function withProcesses(list: readonly GpuProcess[] = processes): Snapshot {
  const snapshot = absentFigures();
  return {
    ...snapshot,
    kernels: running().kernels,
    devices: snapshot.devices.map((view, index) => ({
      ...view,
      processes: index === 0 ? list : list.slice(0, 1),
    })),
  };
}
