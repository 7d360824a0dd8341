import { messageOf } from '../../src/model/errors.ts';
import { metrics } from '../../src/model/series.ts';
import type { RunningCollector, Sampling } from '../collector.ts';
import { notYet, type Repeated, repeat } from '../repeat.ts';
import { type Connection, connect, type LoadLibrary } from './driver.ts';
import { NvmlSession } from './session.ts';
import type { Timing } from './timing.ts';

/** Samples every GPU of the driver, now or when one comes; see `Collector.start`. */
export async function startNvml(
  load: LoadLibrary,
  { writer, intervalMs }: Sampling,
  timing: Timing,
): Promise<RunningCollector> {
  let session: NvmlSession | null = null;
  let why = '';
  let initHangs = false;
  let stopped = false;
  let walking: Promise<void> = Promise.resolve();
  let ticks: Repeated | undefined;

  /** Begins to sample where the driver answered; ends when it is known whether there are GPUs. */
  const take = async (connection: Connection): Promise<void> => {
    if (stopped) return;
    if (connection.kind !== 'open') {
      if (connection.why !== why) writer.absent({ device: null, metric: metrics.gpus, why: connection.why });
      why = connection.why;
      if (connection.kind === 'hangs') {
        initHangs = true;
        void connection.later.then((late) => {
          initHangs = false;
          take(late).catch(warn);
        });
      }
      return;
    }
    why = '';
    const opened = new NvmlSession(connection.driver, writer, intervalMs, timing);
    session = opened;
    await opened.count();
    walking = opened.firstLook().catch(warn);
    void walking.then(() => {
      if (stopped) return;
      ticks = repeat(intervalMs, intervalMs, () => tickOf(opened), warn);
    });
  };
  const tickOf = (opened: NvmlSession): Promise<void> => {
    walking = tick(opened);
    return walking;
  };

  await take(await connect(load, timing.initMs));
  const again = repeat(
    timing.initAgainMs,
    timing.initAgainMs,
    async () => {
      if (session === null && !initHangs && !stopped) await take(await connect(load, timing.initMs));
    },
    warn,
  );
  return {
    get works() {
      return session !== null && session.why === '';
    },
    get why() {
      return session?.why ?? why;
    },
    get lookSeconds() {
      return ticks?.lookSeconds ?? notYet;
    },
    firstLook: walking,
    get hangs() {
      return initHangs || (session?.hangs ?? false);
    },
    stop: async () => {
      stopped = true;
      again.stop();
      ticks?.stop();
      session?.stop();
      // A call that hangs is given up within the deadline, and then nothing is waited for.
      if (!(session?.hangs ?? false)) await walking.catch(warn);
      await session?.close();
    },
  };
}

async function tick(session: NvmlSession): Promise<void> {
  await session.count();
  await session.walk();
}

function warn(error: unknown): void {
  process.emitWarning(`the NVML collector failed once: ${messageOf(error)}`);
}
