import type { TrainingReply } from '../train/messages.ts';
import type { OnLoss } from './options.ts';

export type Failure = Extract<TrainingReply, { kind: 'failed' }>;

/**
 * How a run ended.
 * @param losses the replicas that failed of themselves, the first to fail first
 * @returns `done` where at least one trained to its end and no loss was to stop the others
 */
export function verdictOf(
  replies: readonly TrainingReply[],
  losses: readonly Failure[],
  onLoss: OnLoss,
): TrainingReply {
  const [first] = losses;
  if (first !== undefined && (onLoss === 'stop' || losses.length === replies.length)) {
    return { ...first, begun: replies.some((reply) => reply.kind === 'done' || reply.begun) };
  }
  // Each sentence once, since replicas that are alike have the same to say.
  const done = replies.filter((reply) => reply.kind === 'done');
  const each = (sentences: readonly string[]) => [...new Set(sentences)];
  return {
    kind: 'done',
    complaints: each(done.flatMap(({ complaints }) => complaints)),
    notes: each(done.flatMap(({ notes }) => notes)),
  };
}

/** What is said of a replica that is lost: its last sentence, to be gone on with. */
export function whyOf({ message }: Failure): string {
  return message.replace(/\.$/, '');
}
