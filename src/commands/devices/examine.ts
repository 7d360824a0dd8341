import type { CollectorSettings, ExaminedDevice, SourceReport } from '../../../collectors/collector.ts';
import { agentPath } from '../../../collectors/cupti/agent-path.ts';
import { cpuDevice, cpuDeviceId } from '../../../collectors/host/cpu-device.ts';
import { startHostCollector } from '../../../collectors/host/index.ts';
import { gpuCollectors } from '../../../collectors/index.ts';
import { arithmeticPeak } from '../../analysis/device-peak.ts';
import type { Device } from '../../model/device.ts';
import { describeRun } from '../../recording/manifest.ts';
import { MemoryRecording } from '../../recording/memory-recording.ts';
import { examineAgent } from './agent.ts';
import { examineTensorflow, examineWasm, examineWebGpu } from './backends.ts';

/** What `devices --json` prints. */
export interface MachineReport {
  readonly schema: 'warpwatch.devices/1';
  /**
   * The processor, each GPU as the most trusted source that sees it tells of it, and each adapter of WebGPU: nothing tells
   * which of those GPUs an adapter is.
   */
  readonly devices: readonly MachineDevice[];
  readonly sources: readonly SourceReport[];
}

/** A device, with what the source that sees it best tells of it. */
export type MachineDevice = Device & Omit<ExaminedDevice, 'device'>;

/** How long the host collector is listened to. */
const hostTrialMs = 700;

/** Tries every source of this machine, all at once. */
export async function examineMachine(settings: CollectorSettings): Promise<MachineReport> {
  const gpuSources = Promise.all(gpuCollectors.map(async ({ load }) => (await load()).examine(settings)));
  const host = await tryHost();
  const wasm = await examineWasm();
  const [gpus, webgpu] = await Promise.all([gpuSources, examineWebGpu()]);
  const { peakFlops } = wasm;
  const cpu: ExaminedDevice = { device: cpuDevice(peakFlops), properties: {}, gives: host.given, lacks: [] };
  return {
    schema: 'warpwatch.devices/1',
    devices: [cpu, ...mostTrusted(gpus), ...webgpu.devices].map(({ device, ...seen }) => ({
      ...device,
      peakFlops: arithmeticPeak(device),
      ...seen,
    })),
    sources: [
      host.source,
      ...gpus,
      await examineAgent(agentPath()),
      wasm.source,
      webgpu,
      ...examineTensorflow(),
    ],
  };
}

/** Each GPU once: by UUID where its source tells one, by id where it does not. */
function mostTrusted(sources: readonly SourceReport[]): ExaminedDevice[] {
  const seen = new Map<string, ExaminedDevice>();
  for (const examined of sources.flatMap(({ devices }) => devices)) {
    const key = examined.device.uuid ?? examined.device.id;
    if (!seen.has(key)) seen.set(key, examined);
  }
  return [...seen.values()];
}

async function tryHost(): Promise<{ source: SourceReport; given: readonly string[] }> {
  const recording = new MemoryRecording(describeRun('trial', [], {}, []));
  const writer = recording.openStream('host');
  const collector = startHostCollector(writer, cpuDeviceId, 250);
  await new Promise((resolve) => setTimeout(resolve, hostTrialMs));
  collector.stop();
  await writer.close('ended');
  recording.poll();
  const { series, absences } = recording.timeline;
  const given = series.filter(({ values }) => values.length > 0).map((entry) => entry.series.metric);
  const source = {
    id: 'host',
    works: given.length > 0,
    gives: 'util of the CPU (os.cpus), memory and temperature of this machine (systeminformation)',
    detail: [
      given.length > 0 ? `gives ${given.join(', ')}.` : 'gives nothing here.',
      ...new Map(absences.map(({ metric, why }) => [metric, `${metric}: ${why}`])).values(),
    ].join(' '),
    devices: [],
  };
  return { source, given };
}
