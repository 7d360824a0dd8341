import { findMode } from '../../../workloads/parallel/modes/index.ts';
import { createReplica } from '../../../workloads/parallel/replica.ts';
import { GroupStopped, type Transport } from '../../../workloads/parallel/transport.ts';
import type { Device } from '../../model/device.ts';
import { plural } from '../../model/numbers.ts';
import { openStream } from '../../recording/recording.ts';
import type { TrainingReply } from '../train/messages.ts';
import { trainInto } from '../train/train-into.ts';
import type { Watcher } from '../train/watcher.ts';
import { warpwatchVersion } from '../version.ts';
import type { GroupWork } from './messages.ts';
import { replicaProbe } from './replica-probe.ts';

/**
 * Trains on this thread as one of several, as a process of `train` does alone, into a stream of its own.
 * @param signs one word that it changes with each sign of life
 */
export async function trainReplica(
  order: GroupWork,
  transport: Transport,
  signs: Int32Array,
  { stop, ask }: Watcher,
): Promise<TrainingReply> {
  const { parallel, faults, kernels, adapters } = order;
  const { rank } = transport;
  const adapter = adapters[rank % adapters.length] ?? null;
  const work = { ...order.work, adapter };
  const writer = openStream(order.directory, `replica${rank}`, 'thread', {
    rank,
    worldSize: parallel.replicas,
  });
  const replica = createReplica({
    transport,
    parallel,
    mode: parallel.mode === 'single' ? null : findMode(parallel.mode),
    modeSettings: order.modeSettings,
    checkpoints: order.checkpoints,
    evaluationSamples: order.evaluationSamples,
    version: warpwatchVersion(),
  });
  return trainInto(writer, work, {
    stop,
    ask,
    kernels,
    member: {
      replica,
      ownDevice: (device) => ownDevice(device, rank, work.threads),
      notSampled:
        'Nobody samples what one of several replicas takes of a device; see that of the whole device.',
      probe: (probe) => replicaProbe(probe, { rank, faults, signs }),
      isStop: (error) => error instanceof GroupStopped,
    },
  });
}

/** What replicas compute on has an id and a name for each, so that the arithmetic of each is held against its own peak. */
function ownDevice(device: Device, rank: number, threads: number | null): Device {
  const ofThreads = device.kind === 'cpu' && threads !== null ? ` (${plural(threads, 'thread')})` : '';
  return { ...device, id: `${device.id}:${rank}`, name: `${device.name}, replica ${rank}${ofThreads}` };
}
