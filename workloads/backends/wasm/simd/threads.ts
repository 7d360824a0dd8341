import { Worker } from 'node:worker_threads';

/** Calls of a module's functions that several threads share. */
export interface SimdThreads {
  /** Puts a call in the queue; where that is full, the calls in it are run first. */
  add(functionNumber: number, values: readonly number[]): void;
  /** Runs what is in the queue, on all threads, and returns when it is done. */
  finish(): void;
  /** Resolves when every thread can take calls. Until then the others do the work. */
  readonly ready: Promise<void>;
  end(): Promise<void>;
}

export interface ThreadsOptions {
  readonly module: WebAssembly.Module;
  /** Shared. */
  readonly memory: WebAssembly.Memory;
  /** The functions' names in the module, and those of the calling thread, by number. */
  readonly names: readonly string[];
  readonly functions: readonly ((...values: number[]) => void)[];
  readonly threads: number;
}

/** A call in the queue: the number of its function and up to nineteen arguments. */
const callWords = 20;
const mostCalls = 4096;

/** Words of the state that the threads share. */
const words = { round: 0, next: 1, count: 2, done: 3, failed: 4 } as const;
/** No call has such a number: while `next` is here, a thread that is late takes none. */
const closed = 1 << 30;
/** How often a thread looks before it sleeps: some twenty microseconds, less than it takes to be woken. */
const looks = 2000;

/**
 * What each worker runs. As text, since a worker cannot load TypeScript, and the file that it would need has another name
 * after the build.
 */
const workerSource = `
const { parentPort, workerData } = require('node:worker_threads');
const { module, memory, names, state, queue } = workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const functions = names.map((name) => exports[name]);
const takeCalls = ${takeCalls.toString()};
parentPort.postMessage('ready');
let round = 0;
for (;;) {
  for (let look = 0; look < ${looks} && Atomics.load(state, ${words.round}) === round; look += 1);
  Atomics.wait(state, ${words.round}, round);
  round = Atomics.load(state, ${words.round});
  if (round < 0) break;
  takeCalls(functions, state, queue, ${JSON.stringify(words)}, ${callWords});
}
`;

/** Starts workers that instantiate the module on the shared heap; with the calling thread they are `threads`. */
export function startThreads({ module, memory, names, functions, threads }: ThreadsOptions): SimdThreads {
  const state = new Int32Array(new SharedArrayBuffer(4 * Object.keys(words).length));
  const queue = new Int32Array(new SharedArrayBuffer(4 * callWords * mostCalls));
  Atomics.store(state, words.next, closed);
  const workers = Array.from({ length: threads - 1 }, () => {
    const worker = new Worker(workerSource, {
      eval: true,
      workerData: { module, memory, names, state, queue },
    });
    // Without it the other threads do the work; nothing is lost but time.
    worker.on('error', () => undefined);
    return worker;
  });
  const ready = Promise.all(workers.map(answer)).then(() => undefined);
  let count = 0;
  const finish = () => {
    if (count === 0) return;
    open(state, count);
    takeCalls(functions, state, queue, words, callWords);
    awaitDone(state, count);
    Atomics.store(state, words.next, closed);
    count = 0;
    if (Atomics.exchange(state, words.failed, 0) !== 0) throw new Error('a SIMD function failed on a thread');
  };
  return {
    finish,
    ready,
    add: (functionNumber, values) => {
      if (count === mostCalls) finish();
      queue[count * callWords] = functionNumber;
      queue.set(values, count * callWords + 1);
      count += 1;
    },
    end: async () => {
      Atomics.store(state, words.round, -1);
      Atomics.notify(state, words.round);
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Waits for a worker's first word, or for its end; from then on it keeps Node alive no longer. */
function answer(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      worker.unref();
      resolve();
    };
    worker.once('message', done);
    worker.once('exit', done);
  });
}

function open(state: Int32Array, count: number): void {
  Atomics.store(state, words.done, 0);
  Atomics.store(state, words.count, count);
  // From here on a thread may take calls, whether it was woken or is late from the round before.
  Atomics.store(state, words.next, 0);
  // The rounds go from 0 to 2^30 and on from 0; below zero is the end.
  Atomics.store(state, words.round, (Atomics.load(state, words.round) + 1) % closed);
  // One call needs no help.
  if (count > 1) Atomics.notify(state, words.round);
}

function awaitDone(state: Int32Array, count: number): void {
  for (let look = 0; ; look += 1) {
    const done = Atomics.load(state, words.done);
    if (done === count) return;
    // With a limit, since the last call may have been counted before the wait began.
    if (look > looks) Atomics.wait(state, words.done, done, 1);
  }
}

/** Takes calls from the queue until none is left. Its text is run in the workers too: it uses nothing but its arguments. */
function takeCalls(
  functions: readonly ((...values: number[]) => void)[],
  state: Int32Array,
  queue: Int32Array,
  word: typeof words,
  width: number,
): void {
  for (;;) {
    const call = Atomics.add(state, word.next, 1);
    if (call >= Atomics.load(state, word.count)) return;
    try {
      functions[queue[call * width] as number]?.(...queue.subarray(call * width + 1, (call + 1) * width));
    } catch {
      Atomics.store(state, word.failed, 1);
    }
    Atomics.add(state, word.done, 1);
    Atomics.notify(state, word.done);
  }
}
