import { absent, known } from '../../src/model/measured.ts';
import { metrics } from '../../src/model/series.ts';
import { describeRun } from '../../src/recording/manifest.ts';
import { createRecording, openStream } from '../../src/recording/recording.ts';
import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import { gemm, gpu0, resnet } from '../support/recordings.ts';

/** Names as nobody's program should have them. */
export const hostile = {
  title: '<script>alert(1)</script> run',
  kernel: 'gemm<img src=x onerror=alert(2)>',
  process: '"><b>python</b>',
};
export const whyNoCounters = 'GPM needs Hopper or newer.';
const everyMs = 100;

/** A training on two GPUs that is recorded while its page is open: a step every tenth of a second. */
export class LiveTraining {
  readonly #writer: StreamWriter;
  readonly #timer: ReturnType<typeof setInterval>;
  #steps = 0;

  constructor(directory: string) {
    const gpu1 = {
      ...gpu0,
      id: 'gpu1',
      smCount: absent('Not told.'),
      memoryBytes: known(8 * 2 ** 30, 'test'),
    };
    createRecording(directory, describeRun(hostile.title, ['train.py'], {}, [gpu0, gpu1]));
    const writer = openStream(directory, 'training', 'loop');
    this.#writer = writer;
    writer.workload({ ...resnet, plannedSteps: 1000 });
    const kernel = writer.defineLaunch({ ...gemm, name: hostile.kernel });
    const relu = writer.defineLaunch({ ...gemm, name: 'relu', phase: 'backward' });
    const loss = writer.defineSeries({ device: null, metric: metrics.loss, from: 'workload' });
    const utils = [gpu0, gpu1].map(({ id }) =>
      writer.defineSeries({ device: id, metric: metrics.util, from: 'nvml' }),
    );
    for (const { id } of [gpu0, gpu1])
      writer.absent({ device: id, metric: 'tensorActive', why: whyNoCounters });
    this.#timer = setInterval(() => {
      const endNs = writer.now();
      const startNs = endNs - everyMs * 1e6;
      this.#steps += 1;
      writer.activity(kernel, startNs, 40e6);
      writer.activity(relu, startNs + 45e6, 20e6);
      writer.step({ number: this.#steps, startNs, endNs, samples: 32 });
      writer.sample(loss, endNs, this.#steps === 3 ? Number.NaN : 5 / this.#steps);
      for (const util of utils) writer.sample(util, endNs, 0.97);
      writer.processes({ device: 'gpu0', timeNs: endNs, processes: [process] });
      writer.flush();
    }, everyMs);
  }

  /** Steps that are written. */
  get steps(): number {
    return this.#steps;
  }

  close(): Promise<unknown> {
    clearInterval(this.#timer);
    return this.#writer.close('ended');
  }
}

const process = {
  pid: 4321,
  name: hostile.process,
  command: 'python train.py --token secret',
  user: 'anna',
  parent: null,
  container: '',
  kind: 'compute',
  memoryBytes: known(3 * 2 ** 30, 'nvml'),
  util: known(0.7, 'nvml'),
} as const;
