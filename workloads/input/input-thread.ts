import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { messageOf, WarpwatchError } from '../../src/model/errors.ts';
import { ownModule } from '../../src/recording/own-module.ts';
import type { Batch } from '../data/dataset.ts';
import type { InputOrder, InputReply, InputRequest } from './messages.ts';

/** A thread that makes batches, as its owner sees it. */
export interface InputThread {
  ask(request: InputRequest): void;
  /** Hands over what has come, without a turn of the event loop: kernels of WebAssembly leave it few. */
  drain(): void;
  /** Whether the process stays alive for this thread. */
  hold(held: boolean): void;
  stop(): Promise<void>;
}

export interface ThreadEvents<B extends Batch> {
  reply(reply: InputReply<B>): void;
  /** It ended without being stopped. */
  died(error: WarpwatchError): void;
}

/** Starts a thread that makes batches; its replies arrive in the order of the requests. */
export function startInputThread<B extends Batch>(
  order: Omit<InputOrder, 'port'>,
  events: ThreadEvents<B>,
): InputThread {
  const { port1: port, port2 } = new MessageChannel();
  const worker = startWorker({ ...order, port: port2 });
  let stopped = false;
  let failure: unknown = null;
  const take = (reply: InputReply<B>) => events.reply(reply);
  port.on('message', take);
  port.unref();
  worker.on('error', (error) => {
    failure = error;
  });
  worker.once('exit', (code) => {
    if (!stopped) events.died(deathOf(failure, code));
  });
  return {
    ask: (request) => port.postMessage(request),
    drain() {
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) take(next.message);
    },
    hold: (held) => (held ? worker.ref() : worker.unref()),
    async stop() {
      stopped = true;
      await worker.terminate();
      port.close();
    },
  };
}

function startWorker(order: InputOrder & { readonly port: MessagePort }): Worker {
  const script = ownModule('workloads/input/input-worker');
  // A preload of this process is none of the thread's business. TypeScript needs its loader, though.
  const clean = script.endsWith('.js') ? { execArgv: [], env: {} } : {};
  const worker = new Worker(script, { workerData: order, transferList: [order.port], ...clean });
  worker.unref();
  return worker;
}

function deathOf(failure: unknown, code: number): WarpwatchError {
  const why = failure === null ? `exit code ${code}` : messageOf(failure);
  return new WarpwatchError(
    'child-failed',
    `A thread that makes batches ended early (${why}); --input inline makes them without threads, a smaller --batch or --prefetch takes less memory.`,
    failure === null ? undefined : { cause: failure },
  );
}
