import { cpuDevice, cpuDeviceId } from '../../../collectors/host/cpu-device.ts';
import { startHostCollector } from '../../../collectors/host/index.ts';
import { startBackend } from '../../../workloads/backends/index.ts';
import type { Device } from '../../model/device.ts';
import { messageOf } from '../../model/errors.ts';
import { absent, type Measured } from '../../model/measured.ts';
import { describeRun } from '../../recording/manifest.ts';
import { MemoryRecording } from '../../recording/memory-recording.ts';

/** What `devices --json` prints. */
export interface MachineReport {
  readonly schema: 'warpwatch.devices/1';
  readonly devices: readonly Device[];
  readonly sources: readonly SourceReport[];
}

/** A source of figures, tried just now. */
export interface SourceReport {
  readonly id: string;
  readonly works: boolean;
  readonly gives: string;
  /** What was seen, or why it does not work and what to do. */
  readonly detail: string;
}

/** How long the host collector is listened to. */
const hostTrialMs = 700;

/** Tries every source of this machine. */
export async function examineMachine(): Promise<MachineReport> {
  const host = await tryHost();
  const { source, peakFlops } = await tryWasm();
  return { schema: 'warpwatch.devices/1', devices: [cpuDevice(peakFlops)], sources: [host, source] };
}

async function tryHost(): Promise<SourceReport> {
  const recording = new MemoryRecording(describeRun('trial', [], {}, []));
  const writer = recording.openStream('host');
  const collector = await startHostCollector(writer, cpuDeviceId, 250);
  await new Promise((resolve) => setTimeout(resolve, hostTrialMs));
  collector.stop();
  await writer.close('ended');
  recording.poll();
  const { series, absences } = recording.timeline;
  const given = series.filter(({ values }) => values.length > 0).map((entry) => entry.series.metric);
  return {
    id: 'host',
    works: given.length > 0,
    gives: 'util of the CPU (os.cpus), memory and temperature of this machine (systeminformation)',
    detail: [
      given.length > 0 ? `gives ${given.join(', ')}.` : 'gives nothing here.',
      ...absences.map(({ metric, why }) => `${metric}: ${why}`),
    ].join(' '),
  };
}

async function tryWasm(): Promise<{ source: SourceReport; peakFlops: Measured }> {
  const source = {
    id: 'tfjs',
    gives: 'kernels, arithmetic, layers and phases of TensorFlow.js programs and of `warpwatch train`',
  };
  try {
    const backend = await startBackend('wasm');
    const peakFlops = await backend.measurePeakFlops();
    await backend.stop();
    const detail = [`the embedded backend starts: ${backend.label}.`, ...backend.notes].join(' ');
    return { source: { ...source, works: true, detail }, peakFlops };
  } catch (error) {
    const why = messageOf(error);
    return { source: { ...source, works: false, detail: why }, peakFlops: absent(why) };
  }
}
