import { fork } from 'node:child_process';
import { ownModule } from '../../recording/own-module.ts';
import {
  type ComputingGpu,
  type GpuAnswer,
  type GpuQuestion,
  type ReplicaLost,
  stopRequest,
  type TrainingReply,
} from './messages.ts';

/** A training that was asked to end gets this long for its current step and its evaluation. */
const stopLimitMs = 15_000;
/** Of what the training prints, so much is kept to explain a crash. */
const keptOutput = 4000;

/** The process that trains, as its watcher sees it. */
export interface TrainingChild {
  /** What it said at its end, or null while it runs. */
  readonly end: TrainingReply | null;
  readonly ended: Promise<TrainingReply>;
  /** Asks it to end after the current step; a second time, or after a deadline, it is killed. */
  stop(): void;
}

/** What a training process says on the way, and who hears it. */
export interface Listeners {
  /** It is about to train on a GPU; never rejects. */
  gpu(gpu: ComputingGpu): Promise<GpuAnswer>;
  /** One of several replicas is gone. */
  lost?(replica: ReplicaLost): void;
}

/**
 * Starts the training of an order in a process of its own.
 * @param module of the process, as `ownModule` takes it
 */
export function startChild(module: string, order: object, listeners: Listeners): TrainingChild {
  const child = fork(ownModule(module), { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptOutput);
    });
  }
  let reply: TrainingReply | null = null;
  child.on('message', (message) => {
    const said = message as TrainingReply | GpuQuestion | ReplicaLost;
    if (said.kind === 'gpu') void listeners.gpu(said).then((answer) => child.connected && child.send(answer));
    else if (said.kind === 'lost') listeners.lost?.(said);
    else {
      reply = said;
      // A thread of it that is stuck in a driver would keep it for good.
      setTimeout(() => child.kill('SIGKILL'), stopLimitMs).unref();
    }
  });
  let end: TrainingReply | null = null;
  const ended = new Promise<TrainingReply>((resolve) => {
    child.once('close', (code, signal) => {
      end = reply ?? crash(code, signal, output);
      resolve(end);
    });
  });
  child.send(order);
  let stops = 0;
  return {
    get end() {
      return end;
    },
    ended,
    stop() {
      if (++stops > 1 || !child.connected) child.kill('SIGKILL');
      else {
        child.send(stopRequest);
        setTimeout(() => child.kill('SIGKILL'), stopLimitMs).unref();
      }
    },
  };
}

function crash(code: number | null, signal: string | null, output: string): TrainingReply {
  const how = signal === null ? `exit code ${code}` : signal;
  const lastWords = output.trim().split('\n').slice(-8).join('\n');
  const message = `the training process ended early (${how}).${lastWords === '' ? '' : `\n${lastWords}`}`;
  return { kind: 'failed', code: 'child-failed', message, begun: true };
}
