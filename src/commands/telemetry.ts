import { setTimeout as delay } from 'node:timers/promises';
import type { CollectorSettings } from '../../collectors/collector.ts';
import { cpuDeviceId } from '../../collectors/host/cpu-device.ts';
import { startHostCollector } from '../../collectors/host/index.ts';
import type { Device } from '../model/device.ts';
import { openStream } from '../recording/recording.ts';
import { type GpuSources, startGpuSources } from './top/gpu-sources.ts';

/** Samples this machine into the recording of a run, as `top --record` does. */
export interface Telemetry {
  /**
   * Samples the GPUs too from here on; once. Resolves to all that there are, or to null where a source takes so long
   * that it is not known. Never rejects.
   */
  sampleGpus(settings?: CollectorSettings): Promise<readonly Device[] | null>;
  /** Ends it; true where a call of a driver has not come back. */
  stop(outcome?: 'ended' | 'failed'): Promise<boolean>;
}

const intervalMs = 1000;
const hostIntervalMs = 500;
/** A driver that has to wake its GPUs takes about two seconds (nvidia-smi without persistence mode). */
const firstLookMs = 5000;

/** @throws WarpwatchError `unwritable`, `disk-full` where the stream cannot be made */
export function startTelemetry(directory: string): Telemetry {
  const writer = openStream(directory, 'host', 'loop');
  const host = startHostCollector(writer, cpuDeviceId, hostIntervalMs);
  let gpus: GpuSources | null = null;
  let stopped = false;
  return {
    async sampleGpus(settings = {}) {
      if (stopped) return [];
      gpus = startGpuSources({
        openStream: (name) => openStream(directory, name, 'loop'),
        intervalMs,
        settings,
      });
      const looked = gpus.firstLook.catch(() => undefined);
      const late = delay(firstLookMs, 'late', { ref: false });
      return (await Promise.race([looked, late])) === 'late' ? null : gpus.devices;
    },
    async stop(outcome = 'ended') {
      stopped = true;
      host.stop();
      await gpus?.stop();
      await writer.close(outcome);
      return gpus?.hangs ?? false;
    },
  };
}
