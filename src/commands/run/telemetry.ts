import { cpuDeviceId } from '../../../collectors/host/cpu-device.ts';
import { startHostCollector } from '../../../collectors/host/index.ts';
import { RecordingReader } from '../../recording/reader.ts';
import { openStream } from '../../recording/recording.ts';
import { startGpuSources } from '../top/gpu-sources.ts';

/** Samples this machine into the recording of a run, as `top --record` does. */
export interface Telemetry {
  /** Ends it; true where a call of a driver has not come back. */
  stop(): Promise<boolean>;
}

const intervalMs = 1000;
const hostIntervalMs = 500;
/** Of this reader only the devices are asked for. */
const keepNs = 1e9;

/** @throws WarpwatchError `unwritable`, `disk-full` where the streams cannot be made */
export function startTelemetry(directory: string, dcgm: string | undefined): Telemetry {
  const writer = openStream(directory, 'host', 'loop');
  const host = startHostCollector(writer, cpuDeviceId, hostIntervalMs);
  const live = new RecordingReader(directory, { keepNs });
  const gpus = startGpuSources({
    live,
    openStream: (name) => openStream(directory, name, 'loop'),
    intervalMs,
    settings: dcgm === undefined ? {} : { dcgm },
  });
  return {
    async stop() {
      host.stop();
      await gpus.stop();
      await writer.close('ended');
      live.close();
      return gpus.hangs;
    },
  };
}
