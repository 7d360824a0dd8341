import type { CollectorSettings, RunningCollector } from '../../../collectors/collector.ts';
import { gpuCollectors } from '../../../collectors/index.ts';
import type { Device } from '../../model/device.ts';
import { absent, isKnown } from '../../model/measured.ts';
import type { SourceHealth } from '../../model/source-health.ts';
import type { StreamWriter } from '../../recording/stream-writer.ts';
import { TeeWriter } from '../../recording/tee-writer.ts';

/** The GPU collectors of a live view. They come up by themselves; nobody waits for one that is slow. */
export interface GpuSources {
  /** Each source has given its first whole look, or said why it cannot. */
  readonly firstLook: Promise<void>;
  /** Those of this machine that were found until now. */
  readonly devices: readonly Device[];
  /** How those do that were started until now. */
  sources(): readonly SourceHealth[];
  /** Hands what they have buffered to the recording. */
  flush(): void;
  /** Whether a call of a source has not come back. */
  readonly hangs: boolean;
  /** Ends the sampling and the streams. */
  stop(): Promise<void>;
}

export interface GpuSourceOptions {
  /** Makes the stream of a collector in the recording. */
  openStream(name: string): StreamWriter;
  readonly intervalMs: number;
  readonly settings: CollectorSettings;
}

/** Starts every source of the table, in its order: a later one may ask which devices those before it have found. */
export function startGpuSources(options: GpuSourceOptions): GpuSources {
  const writers: StreamWriter[] = [];
  const devices = new Map<string, Device>();
  const running = new Map<string, RunningCollector>();
  let stopped = false;
  const start = async (): Promise<void> => {
    for (const { id, load } of gpuCollectors) {
      const collector = await load();
      const { insteadOf, mayBeElsewhere } = collector;
      if (stopped || (insteadOf !== undefined && running.get(insteadOf)?.works === true)) continue;
      const stream = options.openStream(id);
      const writer = mayBeElsewhere ? stream : new NotingWriter(stream, devices);
      writers.push(writer);
      const { intervalMs, settings } = options;
      const own = await collector.start({ writer, intervalMs, settings, deviceOf });
      running.set(id, own);
      if (stopped) await own.stop();
    }
  };
  const deviceOf = (uuid: string): string | null =>
    [...devices.values()].find((device) => device.uuid === uuid)?.id ?? null;
  const started = start();
  return {
    firstLook: started.then(async () => {
      await Promise.all([...running.values()].map((collector) => collector.firstLook));
    }),
    flush: () => {
      for (const writer of writers) writer.flush();
    },
    get devices() {
      return [...devices.values()];
    },
    sources: () =>
      [...running].flatMap(([id, collector]) => (collector.unused ? [] : [healthOf(id, collector)])),
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

/** How a source does; one of which a call has not come back does not work, whatever it gave before. */
export function healthOf(id: string, collector: RunningCollector): SourceHealth {
  const { hangs, lookSeconds } = collector;
  const works = collector.works && !hangs;
  const why = hangs && collector.why === '' ? hangsWhy(id) : collector.why;
  return { id, works, why, lookSeconds: works || isKnown(lookSeconds) ? lookSeconds : absent(why) };
}

function hangsWhy(id: string): string {
  return `A call of ${id} has not come back; see \`dmesg | grep -i xid\`.`;
}

/** Keeps what a source finds: what it writes may come to the disk later. */
class NotingWriter extends TeeWriter {
  readonly #devices: Map<string, Device>;

  constructor(writer: StreamWriter, devices: Map<string, Device>) {
    super(writer);
    this.#devices = devices;
  }

  override device(device: Device): void {
    this.#devices.set(device.id, device);
    super.device(device);
  }
}
