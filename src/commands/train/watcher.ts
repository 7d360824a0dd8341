import { type GpuAnswer, type GpuQuestion, stopRequest, type TrainingReply } from './messages.ts';

/** Whoever started this process to train, as the training sees it. */
export interface Watcher {
  /** Aborts where the training is to end, or where nobody watches any more. */
  readonly stop: AbortController;
  /** Which of the sampled GPUs a backend computes on; one question at a time. */
  ask(question: GpuQuestion): Promise<GpuAnswer>;
  tell(message: object): void;
}

const nobody: GpuAnswer = { kind: 'gpu', device: null, why: '' };

/** Takes the order that the watcher sends, and tells it how that went; the process then ends by itself. */
export function obeyWatcher<Order>(obey: (order: Order, watcher: Watcher) => Promise<TrainingReply>): void {
  const stop = new AbortController();
  process.on('message', (message) => {
    if (message === stopRequest) stop.abort();
  });
  // Without a watcher nobody could end this training; Ctrl-C reaches this process too, and the watcher decides.
  process.on('disconnect', () => stop.abort());
  process.on('SIGINT', () => undefined);
  process.once('message', async (order: Order) => {
    const reply = await obey(order, { stop, ask, tell: (message) => void process.send?.(message) });
    process.send?.(reply, () => process.disconnect());
  });
}

function ask(question: GpuQuestion): Promise<GpuAnswer> {
  if (!process.connected) return Promise.resolve(nobody);
  return new Promise((resolve) => {
    const end = (answer: GpuAnswer) => {
      process.off('message', hear);
      process.off('disconnect', leave);
      resolve(answer);
    };
    const hear = (message: unknown) => {
      if (message !== stopRequest) end(message as GpuAnswer);
    };
    const leave = () => end(nobody);
    process.on('message', hear);
    process.once('disconnect', leave);
    process.send?.(question);
  });
}
