import { cpuDevice, cpuDeviceId } from '../../../collectors/host/cpu-device.ts';
import { startHostCollector } from '../../../collectors/host/index.ts';
import { LiveView, liveKeepNs } from '../../analysis/live.ts';
import type { Snapshot } from '../../analysis/snapshot.ts';
import { WarpwatchError } from '../../model/errors.ts';
import { describeRun, type Manifest } from '../../recording/manifest.ts';
import { type LiveRecording, MemoryRecording } from '../../recording/memory-recording.ts';
import { RecordingReader } from '../../recording/reader.ts';
import { createRecording, openStream } from '../../recording/recording.ts';
import type { StreamWriter } from '../../recording/stream-writer.ts';
import { presentOf } from '../present.ts';
import { warpwatchVersion } from '../version.ts';

/** What `top` looks at. */
export interface TopSource {
  poll(): Snapshot;
  close(): Promise<void>;
}

/**
 * Follows a recording, or samples this machine into one: on disk where `record` names a directory, else in memory.
 * @throws WarpwatchError `usage` where both are named, and as the recording does
 */
export async function openTop(
  record: string | undefined,
  recording: string | undefined,
  intervalSeconds: number,
): Promise<TopSource> {
  if (recording === undefined) return sampleHost(record, intervalSeconds);
  if (record !== undefined) {
    throw new WarpwatchError('usage', '--recording shows what another process records: leave --record out.');
  }
  const reader = new RecordingReader(recording, { keepNs: liveKeepNs });
  return { poll: snapshots(reader, reader.manifest), close: async () => reader.close() };
}

async function sampleHost(record: string | undefined, intervalSeconds: number): Promise<TopSource> {
  const manifest = describeRun('this machine', ['warpwatch', 'top'], { warpwatch: warpwatchVersion() }, [
    cpuDevice(),
  ]);
  const { live, writer } = record === undefined ? inMemory(manifest) : onDisk(record, manifest);
  const collector = await startHostCollector(writer, cpuDeviceId, Math.min(500, intervalSeconds * 1e3));
  const look = snapshots(live, manifest);
  return {
    poll: () => {
      writer.flush();
      return { ...look(), state: 'running' };
    },
    async close() {
      collector.stop();
      await writer.close('ended');
      live.close();
    },
  };
}

function inMemory(manifest: Manifest): { live: LiveRecording; writer: StreamWriter } {
  const live = new MemoryRecording(manifest, { keepNs: liveKeepNs });
  return { live, writer: live.openStream('host') };
}

function onDisk(directory: string, manifest: Manifest): { live: LiveRecording; writer: StreamWriter } {
  createRecording(directory, manifest);
  return {
    writer: openStream(directory, 'host', 'loop'),
    live: new RecordingReader(directory, { keepNs: liveKeepNs }),
  };
}

function snapshots(live: LiveRecording, manifest: Manifest): () => Snapshot {
  const view = new LiveView(live.timeline);
  const present = presentOf(manifest);
  return () => {
    live.poll();
    return view.snapshot(present());
  };
}
