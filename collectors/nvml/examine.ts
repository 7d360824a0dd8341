import { messageOf } from '../../src/model/errors.ts';
import { metrics } from '../../src/model/series.ts';
import type { ExaminedDevice, SourceReport } from '../collector.ts';
import { DeviceCalls } from './calls.ts';
import { askU32 } from './description.ts';
import { connect, countGpus, type Driver, identify, type LoadLibrary, noGpuFound } from './driver.ts';
import { gpmLeastGapMs } from './gpm.ts';
import { Gpu, type GpuLook } from './gpu.ts';
import { Lanes } from './lanes.ts';
import { ProcessNames } from './process-names.ts';
import type { Reading } from './reading.ts';
import { returnCodes, whyOf } from './return-codes.ts';
import type { Timing } from './timing.ts';

type Report = Pick<SourceReport, 'works' | 'detail' | 'devices' | 'hangs'>;

/** Looks at everything once, for `warpwatch devices`; never throws, and gives up after the limit. */
export async function examineNvml(load: LoadLibrary, timing: Timing): Promise<Report> {
  const connection = await connect(load, timing.initMs);
  if (connection.kind !== 'open') {
    return { works: false, detail: connection.why, devices: [], hangs: connection.kind === 'hangs' };
  }
  const { driver } = connection;
  const calls = new DeviceCalls(driver.library);
  // The whole of it is one look that may hang, as a GPU's look may.
  const lanes = new Lanes({ callMs: timing.examineMs, lookMs: timing.examineMs, mostStuck: 1 });
  const outcome = await lanes.run(
    calls,
    () => look(calls, driver, timing),
    () => {},
  );
  if (outcome.kind === 'done') return outcome.value;
  const detail =
    outcome.kind === 'failed'
      ? `Asking the NVIDIA driver failed (${messageOf(outcome.error)}); please report this.`
      : `The NVIDIA driver (${driver.version}) has not answered for ${timing.examineMs / 1000} s; see \`dmesg | grep -i xid\`.`;
  return { works: false, detail, devices: [], hangs: outcome.kind === 'stuck' };
}

async function look(calls: DeviceCalls, driver: Driver, timing: Timing): Promise<Report> {
  const count = await countGpus(calls);
  const cuda = await cudaVersionOf(calls);
  const devices: ExaminedDevice[] = [];
  const troubles: string[] = [];
  const context = { ...driver, driver: driver.version, names: new ProcessNames(), timing, intervalMs: 0 };
  for (let index = 0; typeof count === 'number' && index < count; index++) {
    const identity = await identify(calls, index);
    if ('code' in identity) {
      troubles.push(`GPU ${index}: ${whyOf(identity.code, 'nvmlDeviceGetHandleByIndex_v2')}`);
      continue;
    }
    const gpu = new Gpu(`gpu${index}`, index, identity.handle, identity.uuid, context);
    const first = await gpu.look();
    if (gpu.waiting) await new Promise((resolve) => setTimeout(resolve, gpmLeastGapMs));
    const second = gpu.waiting ? await gpu.lookAtCounters() : null;
    const properties = { driver: driver.version, ...cuda, ...(await propertiesOf(calls, identity.handle)) };
    devices.push(...examined(first, second, properties));
    await gpu.free();
    if (first.lost) troubles.push(`GPU ${index}: ${whyOf(returnCodes.gpuIsLost, '')}`);
  }
  await calls.call('nvmlShutdown');
  if (typeof count === 'string') return { works: false, detail: count, devices };
  if (count === 0) return { works: false, detail: noGpuFound, devices };
  const seen = `driver ${driver.version}, ${count} GPU${count === 1 ? '' : 's'}`;
  return { works: devices.length > 0, detail: [seen, ...troubles].join('; '), devices };
}

function examined(
  first: GpuLook,
  second: GpuLook | null,
  properties: Readonly<Record<string, string>>,
): readonly ExaminedDevice[] {
  return first.parts.map(({ device, readings }) => {
    const counters = second?.parts.find((part) => part.device.id === device.id)?.readings.readings ?? [];
    const all = [...readings.readings, ...counters];
    const { processes, whyNoUtil } = readings.processes ?? { processes: null, whyNoUtil: '' };
    const gives = all.filter(({ value }) => value !== null).map(({ metric }) => metric);
    const lacks = all.filter(({ value }) => value === null).map(({ metric, why }) => ({ metric, why }));
    if (typeof processes === 'string') lacks.push({ metric: metrics.processMemoryBytes, why: processes });
    else if (processes !== null) gives.push(metrics.processMemoryBytes);
    if (whyNoUtil !== '') lacks.push({ metric: metrics.processUtil, why: whyNoUtil });
    else if (processes !== null) gives.push(metrics.processUtil);
    const own =
      device.parent === undefined
        ? { ...properties, ...linkOf(all) }
        : { driver: properties['driver'] ?? '' };
    return { device, properties: own, gives, lacks };
  });
}

function linkOf(readings: readonly Reading[]): Readonly<Record<string, string>> {
  const valueFor = (metric: string): number | undefined =>
    readings.find((reading) => reading.metric === metric)?.value ?? undefined;
  const generation = valueFor(metrics.pcieGeneration);
  const width = valueFor(metrics.pcieWidth);
  const limit = valueFor(metrics.powerLimitWatts);
  return {
    ...(generation === undefined || width === undefined
      ? {}
      : { pcieLinkNow: `gen ${generation} x${width}` }),
    ...(limit === undefined ? {} : { powerLimit: `${limit} W` }),
  };
}

/** What of a GPU is of interest to a doctor; what the driver does not tell is left out. */
async function propertiesOf(calls: DeviceCalls, handle: bigint): Promise<Readonly<Record<string, string>>> {
  const generation = await askU32(calls, 'nvmlDeviceGetMaxPcieLinkGeneration', handle);
  const width = await askU32(calls, 'nvmlDeviceGetMaxPcieLinkWidth', handle);
  const switches = {
    mig: await askU32(calls, 'nvmlDeviceGetMigMode', handle, calls.secondOut),
    ecc: await askU32(calls, 'nvmlDeviceGetEccMode', handle, calls.secondOut),
    persistence: await askU32(calls, 'nvmlDeviceGetPersistenceMode', handle),
  };
  const told: [string, string][] = Object.entries(switches)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, value === 1 ? 'on' : 'off']);
  if (generation !== null && width !== null) told.push(['pcieLinkMax', `gen ${generation} x${width}`]);
  return Object.fromEntries(told);
}

/** The newest CUDA that this driver runs; NVML gives 12040 for 12.4. */
async function cudaVersionOf(calls: DeviceCalls): Promise<Readonly<Record<string, string>>> {
  const code = await calls.call('nvmlSystemGetCudaDriverVersion_v2', calls.out);
  if (code !== returnCodes.success) return {};
  const version = calls.view.getUint32(0, true);
  return { cudaDriver: `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}` };
}
