import { parallelMarks } from '../model/parallel.ts';
import type { Producer, Timeline } from '../model/timeline.ts';
import type { ReplicaFigures } from './replica-view.ts';

export type ReplicaState = Pick<ReplicaFigures, 'state' | 'message'>;

/**
 * How each replica stands: by the marks of those that were lost, else by how its own stream ended.
 * @param afterwards the run is looked at as a whole: where some streams have ended, one without an end broke off
 */
export function replicaStates(timeline: Timeline, replicas: number, afterwards: boolean): ReplicaState[] {
  const lost = new Map<number, string>();
  for (const { name, text } of timeline.marks) {
    const replica = name === parallelMarks.replicaLost ? /\breplica (\d+)/i.exec(text)?.[1] : undefined;
    if (replica !== undefined) lost.set(Number(replica), text);
  }
  const producers = Array.from({ length: replicas }, (_, replica) =>
    timeline.producers.filter(({ rank, name }) => rank === replica || name === `replica${replica}`),
  );
  const over = afterwards && producers.flat().some(({ outcome }) => outcome !== 'running');
  return producers.map((own, replica) => {
    const message = lost.get(replica);
    return message === undefined ? stateOf(own, over) : { state: 'lost', message };
  });
}

function stateOf(producers: readonly Producer[], over: boolean): ReplicaState {
  const failed = producers.find(({ outcome }) => outcome === 'failed');
  if (failed !== undefined) return { state: 'failed', message: failed.message };
  const running = producers.length === 0 || producers.some(({ outcome }) => outcome === 'running');
  if (!running) return { state: 'ended', message: '' };
  if (!over) return { state: 'running', message: '' };
  return {
    state: 'lost',
    message: producers.length === 0 ? 'It never began.' : 'It broke off without a word.',
  };
}
