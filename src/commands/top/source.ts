import type { CollectorSettings } from '../../../collectors/collector.ts';
import { cpuDevice, cpuDeviceId } from '../../../collectors/host/cpu-device.ts';
import { startHostCollector } from '../../../collectors/host/index.ts';
import type { DetailsAsked } from '../../analysis/details.ts';
import { LiveView, liveKeepNs } from '../../analysis/live.ts';
import type { Snapshot } from '../../analysis/snapshot.ts';
import { WarpwatchError } from '../../model/errors.ts';
import type { SourceHealth } from '../../model/source-health.ts';
import { describeRun, type Manifest } from '../../recording/manifest.ts';
import { type LiveRecording, MemoryRecording } from '../../recording/memory-recording.ts';
import { RecordingReader } from '../../recording/reader.ts';
import { createRecording, openStream } from '../../recording/recording.ts';
import type { StreamWriter } from '../../recording/stream-writer.ts';
import { presentOf } from '../present.ts';
import { warpwatchVersion } from '../version.ts';
import { startGpuSources } from './gpu-sources.ts';
import { Recorder } from './recorder.ts';

/** What `top` looks at. */
export interface TopSource {
  poll(asked?: DetailsAsked): Snapshot;
  /**
   * Takes what has come while nobody looks, so that memory stays bounded and the histories are whole; a small part of
   * what a snapshot costs.
   */
  keepUp(): void;
  /** Name of the machine that is looked at; null where a recording does not tell. */
  readonly hostName: string | null;
  /** How the sources do; empty for a recording, which is not asked. */
  sources(): readonly SourceHealth[];
  /** Records what is seen on demand; null where it is a recording already. */
  readonly recorder: Recorder | null;
  /** Each source has given its first whole look, or said why it cannot. */
  readonly firstLook: Promise<void>;
  /** Ends it; true where a call of a driver has not come back, so that the process cannot end in the usual way. */
  close(): Promise<boolean>;
}

export interface TopSourceOptions {
  /** Directory to keep what is seen in. */
  readonly record?: string | undefined;
  /** A recording to follow, instead of sampling this machine. */
  readonly recording?: string | undefined;
  /** Between two samples. */
  readonly intervalMs: number;
  readonly settings: CollectorSettings;
}

/** The processor's share is of interest at a steady pace, however rarely a person looks. */
const slowestHostMs = 500;

/**
 * Follows a recording, or samples this machine into one: on disk where `record` names a directory, else in memory.
 * @throws WarpwatchError `usage` where both are named, and as the recording does
 */
export async function openTop(options: TopSourceOptions): Promise<TopSource> {
  if (options.recording === undefined) return sampleMachine(options);
  if (options.record !== undefined) {
    throw new WarpwatchError('usage', '--recording shows what another process records: leave --record out.');
  }
  const reader = new RecordingReader(options.recording, { keepNs: liveKeepNs });
  return {
    recorder: null,
    ...lookAt(reader, reader.manifest),
    hostName: reader.manifest.run.host?.name ?? null,
    sources: () => [],
    firstLook: Promise.resolve(),
    close: async () => {
      reader.close();
      return false;
    },
  };
}

async function sampleMachine({ record, intervalMs, settings }: TopSourceOptions): Promise<TopSource> {
  const manifest = describeRun('this machine', ['warpwatch', 'top'], { warpwatch: warpwatchVersion() }, [
    cpuDevice(),
  ]);
  const { live, recorder, openStream } = record === undefined ? inMemory(manifest) : onDisk(record, manifest);
  const writer = openStream('host');
  const gpus = startGpuSources({ openStream, intervalMs, settings });
  const host = startHostCollector(writer, cpuDeviceId, Math.min(slowestHostMs, intervalMs));
  const look = lookAt(live, manifest);
  const flush = (): void => {
    writer.flush();
    gpus.flush();
  };
  return {
    recorder,
    poll: (asked) => {
      flush();
      return { ...look.poll(asked), state: 'running' };
    },
    keepUp: () => {
      flush();
      look.keepUp();
    },
    hostName: manifest.run.host?.name ?? null,
    sources: () => [host.health, ...gpus.sources()],
    firstLook: Promise.all([host.firstLook, gpus.firstLook]).then(() => undefined),
    async close() {
      host.stop();
      recorder?.stop();
      await gpus.stop();
      await recorder?.ended();
      await writer.close('ended');
      live.close();
      return gpus.hangs;
    },
  };
}

interface OpenRecording {
  readonly live: LiveRecording;
  readonly recorder: Recorder | null;
  openStream(name: string): StreamWriter;
}

function inMemory(manifest: Manifest): OpenRecording {
  const live = new MemoryRecording(manifest, { keepNs: liveKeepNs });
  const recorder = new Recorder(manifest.devices);
  return { live, recorder, openStream: (name) => recorder.through(name, live.openStream(name)) };
}

function onDisk(directory: string, manifest: Manifest): OpenRecording {
  createRecording(directory, manifest);
  return {
    openStream: (name) => openStream(directory, name, 'loop'),
    recorder: null,
    live: new RecordingReader(directory, { keepNs: liveKeepNs }),
  };
}

/** Turns a recording that grows into snapshots. */
export function lookAt(live: LiveRecording, manifest: Manifest): Pick<TopSource, 'poll' | 'keepUp'> {
  const view = new LiveView(live.timeline);
  const present = presentOf(manifest);
  return {
    poll: (asked) => {
      live.poll();
      return view.snapshot(present(), asked);
    },
    keepUp: () => {
      live.poll();
      view.keepUp(present());
    },
  };
}
