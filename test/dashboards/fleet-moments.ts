/** Moments of made-up fleets, the same for the same arguments. */
import type { FleetMember, FleetMoment } from '../../src/analysis/fleet/fleet.ts';
import type { DeviceView, Snapshot } from '../../src/analysis/snapshot.ts';
import { absent, known } from '../../src/model/measured.ts';
import { hopper, type Work } from './device-views.ts';
import { gpus, noCounters } from './gpu-snapshots.ts';
import { running, starting } from './snapshots.ts';

const idle: Work = { util: 0, smActive: 0, occupancy: 0, tensor: 0, dram: 0, gap: 'idle' };

/** A machine whose GPUs have these util and SM active. */
export function machine(
  ...shares: readonly (readonly [util: number, smActive: number, gap: string])[]
): Snapshot {
  const views = shares.map(([util, smActive, gap], index) =>
    hopper(
      index,
      { ...idle, util, smActive, occupancy: smActive / 2, tensor: smActive / 4, dram: smActive / 3, gap },
      8,
    ),
  );
  return { ...gpus(1), devices: views };
}

/** The same, where a GPU fell off the bus. */
export function withLostGpu(snapshot: Snapshot, id: string): Snapshot {
  const why = `${id} fell off the bus (XID 79); reset it, or restart the machine.`;
  const lose = (view: DeviceView): DeviceView => {
    const gone = absent(why);
    return {
      ...view,
      state: { condition: 'lost', why },
      util: gone,
      smActive: gone,
      powerWatts: gone,
      temperatureCelsius: gone,
      gap: '',
    };
  };
  return {
    ...snapshot,
    devices: snapshot.devices.map((view) => (view.device.id === id ? lose(view) : view)),
  };
}

export function member(
  host: string,
  snapshot: Snapshot | null,
  rest: Partial<FleetMember> = {},
): FleetMember {
  const ageSeconds = snapshot === null ? null : 1.2;
  return { host, exporters: ['warpwatch'], condition: 'up', why: '', ageSeconds, snapshot, ...rest };
}

export function fleetMoment(members: readonly FleetMember[], rest: Partial<FleetMoment> = {}): FleetMoment {
  return { from: 'ssh', troubles: [], members, omittedHosts: 0, ...rest };
}

const refused =
  'connect to host node6 port 22: Connection refused: it is there, but no ssh server listens; start sshd there.';
const trainingMoment = running();

/** Hosts in every condition. */
export const mixedFleet: FleetMoment = fleetMoment([
  member('node1', machine([0.99, 0.93, 'busy, and well used'])),
  member(
    'node2',
    machine(
      [0.97, 0.41, 'busy, but on a third of its SMs'],
      [0.92, 0.06, 'busy by util, but on hardly any of its SMs'],
    ),
  ),
  member('node3', withLostGpu(machine([0.98, 0.89, 'filled, but no tensor cores'], [0.9, 0.8, '']), 'gpu1'), {
    ageSeconds: 75,
  }),
  member('node4', noCounters, { exporters: ['nvidia_gpu_exporter'] }),
  member('node5', {
    ...machine([0.96, 0.2, 'busy by util, but on a fifth of its SMs']),
    training: trainingMoment.training && {
      ...trainingMoment.training,
      samplesPerSecond: known(1234, 'workload'),
    },
  }),
  member('node6', machine([0.5, 0.5, 'half busy']), { condition: 'down', why: refused, ageSeconds: 35 }),
  member('node7', null, { condition: 'vanished', why: 'Nobody scrapes it any more.' }),
  member('node8', null, { condition: 'connecting' }),
  member('node10', { ...starting, whyNoGpu: ['The NVIDIA driver is not loaded; install the driver.'] }),
]);

/** So many hosts with one GPU each, whose gaps differ. */
export function largeFleet(hosts: number): FleetMoment {
  const moments = Array.from({ length: 50 }, (_, index) =>
    machine([0.9 + (index % 10) / 100, ((index * 7) % 50) / 55, 'busy by util, but on a part of its SMs']),
  );
  return fleetMoment(
    Array.from({ length: hosts }, (_, index) =>
      member(`node${index}`, moments[index % moments.length] ?? null),
    ),
    { from: 'prometheus http://prometheus:9090' },
  );
}
