import type { CollectorSettings, RunningCollector } from '../../../collectors/collector.ts';
import { gpuCollectors } from '../../../collectors/index.ts';
import type { LiveRecording } from '../../recording/memory-recording.ts';
import type { StreamWriter } from '../../recording/stream-writer.ts';

/** The GPU collectors of a live view. They come up by themselves; nobody waits for one that is slow. */
export interface GpuSources {
  /** Each source has given its first whole look, or said why it cannot. */
  readonly firstLook: Promise<void>;
  /** Hands what they have buffered to the recording. */
  flush(): void;
  /** Whether a call of a source has not come back. */
  readonly hangs: boolean;
  /** Ends the sampling and the streams. */
  stop(): Promise<void>;
}

export interface GpuSourceOptions {
  readonly live: LiveRecording;
  /** Makes the stream of a collector in the recording. */
  openStream(name: string): StreamWriter;
  readonly intervalMs: number;
  readonly settings: CollectorSettings;
}

/** Starts every source of the table, in its order: a later one may ask which devices those before it have found. */
export function startGpuSources(options: GpuSourceOptions): GpuSources {
  const writers: StreamWriter[] = [];
  const running = new Map<string, RunningCollector>();
  let stopped = false;
  const start = async (): Promise<void> => {
    for (const { id, load } of gpuCollectors) {
      const collector = await load();
      const { insteadOf } = collector;
      if (stopped || (insteadOf !== undefined && running.get(insteadOf)?.works === true)) continue;
      const writer = options.openStream(id);
      writers.push(writer);
      const { intervalMs, settings } = options;
      const own = await collector.start({ writer, intervalMs, settings, deviceOf });
      running.set(id, own);
      if (stopped) await own.stop();
    }
  };
  const deviceOf = (uuid: string): string | null => {
    for (const writer of writers) writer.flush();
    options.live.poll();
    return options.live.timeline.devices.find((device) => device.uuid === uuid)?.id ?? null;
  };
  const started = start();
  return {
    firstLook: started.then(async () => {
      await Promise.all([...running.values()].map((collector) => collector.firstLook));
    }),
    flush: () => {
      for (const writer of writers) writer.flush();
    },
    get hangs() {
      return [...running.values()].some((collector) => collector.hangs);
    },
    async stop() {
      stopped = true;
      await Promise.all([...running.values()].map((collector) => collector.stop()));
      await Promise.all(writers.map((writer) => writer.close('ended')));
    },
  };
}
