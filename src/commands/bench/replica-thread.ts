/** The thread of one replica, among others of its process or of other ranks. */
import { parentPort, workerData } from 'node:worker_threads';
import { openSharedMemory } from '../../../workloads/parallel/transports/shared-memory/transport.ts';
import type { TrainingReply } from '../train/messages.ts';
import { failureOf, type Watcher, watcherOver } from '../train/watcher.ts';
import type { ReplicaOrder } from './messages.ts';
import { trainReplica } from './train-replica.ts';

const port = parentPort;
if (port !== null) {
  const watcher = watcherOver({
    emitter: port,
    leaves: 'close',
    isOpen: () => true,
    send: (message) => port.postMessage(message),
  });
  const reply = await obey(workerData as ReplicaOrder, watcher).catch(failureOf);
  port.postMessage(reply);
  // Nothing more is heard from here on, so that the thread can end.
  port.close();
}

async function obey({ place, signs, ...order }: ReplicaOrder, watcher: Watcher): Promise<TrainingReply> {
  const transport =
    place.transport === 'mpi'
      ? (await import('../../../workloads/parallel/transports/mpi/transport.ts')).openMpi(place.seat)
      : openSharedMemory(place.seat);
  const reply = await trainReplica(order, transport, signs, watcher);
  // One that failed is no replica that is done: the host tells the others why.
  if (reply.kind === 'done') transport.close();
  return reply;
}
