import { messageOf, WarpwatchError } from '../../model/errors.ts';
import { type GpuAnswer, type GpuQuestion, stopRequest, type TrainingReply } from './messages.ts';

/** Whoever started this process or thread to train, as the training sees it. */
export interface Watcher {
  /** Aborts where the training is to end, or where nobody watches any more. */
  readonly stop: AbortController;
  /** Which of the sampled GPUs a backend computes on; one question at a time. */
  ask(question: GpuQuestion): Promise<GpuAnswer>;
  tell(message: object): void;
}

interface Emitter {
  on(event: string, listener: (message: unknown) => void): unknown;
  off(event: string, listener: (message: unknown) => void): unknown;
}

/** The way to the watcher. */
export interface Channel {
  /** Emits `message`, and the event that `leaves` names where the watcher is gone. */
  readonly emitter: Emitter;
  readonly leaves: string;
  isOpen(): boolean;
  send(message: object): void;
}

const nobody: GpuAnswer = { kind: 'gpu', device: null, why: '' };

export function watcherOver(channel: Channel): Watcher {
  const { emitter, leaves } = channel;
  const stop = new AbortController();
  emitter.on('message', (message) => {
    if (message === stopRequest) stop.abort();
  });
  // Without a watcher nobody could end this training.
  emitter.on(leaves, () => stop.abort());
  return { stop, ask: (question) => ask(channel, question), tell: (message) => channel.send(message) };
}

function ask(channel: Channel, question: GpuQuestion): Promise<GpuAnswer> {
  const { emitter, leaves } = channel;
  if (!channel.isOpen()) return Promise.resolve(nobody);
  return new Promise((resolve) => {
    const end = (answer: GpuAnswer) => {
      emitter.off('message', hear);
      emitter.off(leaves, leave);
      resolve(answer);
    };
    const hear = (message: unknown) => {
      if (message !== stopRequest) end(message as GpuAnswer);
    };
    const leave = () => end(nobody);
    emitter.on('message', hear);
    emitter.on(leaves, leave);
    channel.send(question);
  });
}

/** Of a training that could not begin. */
export function failureOf(error: unknown): Extract<TrainingReply, { kind: 'failed' }> {
  const code = error instanceof WarpwatchError ? error.code : null;
  return { kind: 'failed', code, message: messageOf(error), begun: false };
}

/** Takes the order that the process's watcher sends, and tells it how that went; the process then ends by itself. */
export function obeyWatcher<Order>(obey: (order: Order, watcher: Watcher) => Promise<TrainingReply>): void {
  const watcher = watcherOver({
    emitter: process,
    leaves: 'disconnect',
    isOpen: () => process.connected,
    send: (message) => void process.send?.(message),
  });
  // Ctrl-C reaches this process too, and the watcher decides.
  process.on('SIGINT', () => undefined);
  process.once('message', async (order: Order) => {
    const reply = await obey(order, watcher).catch(failureOf);
    process.send?.(reply, () => process.disconnect());
  });
}
