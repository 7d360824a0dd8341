import { createNvml } from '../../../collectors/nvml/index.ts';
import { NvmlLibrary } from '../../../collectors/nvml/library.ts';
import type { Argument, NvmlFunction } from '../../../collectors/nvml/signatures.ts';
import type { Timing } from '../../../collectors/nvml/timing.ts';
import { describeRun } from '../../../src/recording/manifest.ts';
import { MemoryRecording } from '../../../src/recording/memory-recording.ts';

export interface ScriptedMig {
  readonly uuid: string;
  readonly gpuInstance: number;
  readonly smActive: number;
}

/** A GPU of the scripted driver; what is set here is what the next call sees. */
export interface ScriptedGpu {
  readonly uuid: string;
  util: number;
  /** Percent of GPM metrics by id; those not named are 10. */
  readonly counters: Record<number, number>;
  /** Codes that functions return instead of their answer. */
  readonly codes: Partial<Record<NvmlFunction, number>>;
  /** What all functions return that are asked of it, where not undefined. */
  everyCode: number | undefined;
  /** The function that does not come back. */
  hangsIn: NvmlFunction | null;
  migDevices: readonly ScriptedMig[] | null;
  compute: readonly { pid: number; bytes: bigint }[];
  graphics: readonly { pid: number; bytes: bigint }[];
  shares: readonly { pid: number; time: bigint; sm: number }[];
  xids: number[];
}

/** A driver in memory that answers as nvml.h says, for states that a library in C is too slow to be put into. */
export class ScriptedDriver {
  gpus: ScriptedGpu[] = [];
  initCode = 0;
  initHangs = false;
  openSamples = 0;
  openEventSets = 0;
  isOpen = false;
  readonly called = new Set<string>();
  readonly missing = new Set<NvmlFunction>();
  readonly #held: (() => void)[] = [];

  constructor(count: number) {
    for (let index = 0; index < count; index++) this.gpus.push(scriptedGpu(`GPU-${index}`));
  }

  /** Lets the calls that hang come back. */
  release(): void {
    for (const gpu of this.gpus) gpu.hangsIn = null;
    for (const done of this.#held.splice(0)) done();
  }

  load(): NvmlLibrary {
    const names = Object.keys(this.#functions) as NvmlFunction[];
    return new NvmlLibrary(
      new Map(
        names
          .filter((name) => !this.missing.has(name))
          .map((name) => [name, (...args: unknown[]) => this.#run(name, args)]),
      ),
    );
  }

  #run(name: NvmlFunction, all: unknown[]): void {
    const done = all.at(-1) as (error: unknown, code: number) => void;
    const args = all.slice(0, -1) as Argument[];
    this.called.add(name);
    const gpu = typeof args[0] === 'bigint' ? this.#gpuOf(args[0]) : undefined;
    if (gpu?.hangsIn === name || (this.initHangs && name === 'nvmlInit_v2')) {
      this.#held.push(() => done(null, gpu === undefined ? 0 : 999));
      return;
    }
    const code = gpu?.codes[name] ?? gpu?.everyCode ?? this.#functions[name]?.(args, gpu) ?? 2;
    setImmediate(done, null, code);
  }

  /** Handles are 100 for the first GPU, 200 for the second; its MIG devices 101, 102, ... */
  #gpuOf(handle: bigint): ScriptedGpu | undefined {
    return handle >= 100n && handle < 10_000n ? this.gpus[Math.floor(Number(handle) / 100) - 1] : undefined;
  }

  readonly #functions: Partial<Record<NvmlFunction, (args: Argument[], gpu?: ScriptedGpu) => number>> = {
    nvmlInit_v2: () => {
      this.isOpen = this.initCode === 0;
      return this.initCode;
    },
    nvmlShutdown: () => {
      this.isOpen = false;
      return 0;
    },
    nvmlSystemGetDriverVersion: ([out]) => text(out, '550.54.15'),
    nvmlDeviceGetCount_v2: ([out]) => u32(out, this.gpus.length),
    nvmlDeviceGetHandleByIndex_v2: ([index, out]) => u64(out, BigInt(Number(index) + 1) * 100n),
    nvmlDeviceGetName: ([, out]) => text(out, 'NVIDIA H100 80GB HBM3'),
    nvmlDeviceGetUUID: ([handle, out], gpu) =>
      text(out, gpu?.migDevices?.[(Number(handle) % 100) - 1]?.uuid ?? gpu?.uuid ?? ''),
    nvmlDeviceGetPciInfo_v3: ([, out]) => text(out, '00000000:9B:00.0', 36),
    nvmlDeviceGetCudaComputeCapability: ([, major, minor]) => u32(major, 9) || u32(minor, 0),
    nvmlDeviceGetNumGpuCores: ([, out]) => u32(out, 132 * 128),
    nvmlDeviceGetMigMode: ([, now, next], gpu) =>
      u32(now, gpu?.migDevices ? 1 : 0) || u32(next, gpu?.migDevices ? 1 : 0),
    nvmlDeviceGetMaxMigDeviceCount: ([, out]) => u32(out, 7),
    nvmlDeviceGetMigDeviceHandleByIndex: ([handle, index, out], gpu) =>
      Number(index) < (gpu?.migDevices?.length ?? 0)
        ? u64(out, BigInt(handle as bigint) + BigInt(Number(index) + 1))
        : 6,
    nvmlDeviceGetAttributes_v2: ([, out]) => u32(out, 16),
    nvmlDeviceGetGpuInstanceId: ([handle, out], gpu) =>
      u32(out, gpu?.migDevices?.[(Number(handle) % 100) - 1]?.gpuInstance ?? 0),
    nvmlDeviceGetUtilizationRates: ([, out], gpu) => u32(out, gpu?.util ?? 0) || u32(out, 30, 4),
    nvmlDeviceGetMemoryInfo_v2: ([, out]) =>
      version(out) === 0x2000028 ? u64(out, 80n, 8) || u64(out, 20n, 32) : 25,
    nvmlDeviceGetMemoryInfo: ([, out]) => u64(out, 80n) || u64(out, 25n, 16),
    nvmlDeviceGetPowerUsage: ([, out]) => u32(out, 350_000),
    nvmlDeviceGetClockInfo: ([, , out]) => u32(out, 1500),
    nvmlDeviceGetTemperature: ([, , out]) => u32(out, 60),
    nvmlDeviceGetFanSpeed: () => 3,
    nvmlDeviceGetComputeRunningProcesses_v3: ([, count, out], gpu) =>
      list(count, out, gpu?.compute ?? [], 24),
    nvmlDeviceGetGraphicsRunningProcesses_v3: ([, count, out], gpu) =>
      list(count, out, gpu?.graphics ?? [], 24),
    nvmlDeviceGetComputeRunningProcesses: ([, count, out], gpu) => list(count, out, gpu?.compute ?? [], 16),
    nvmlDeviceGetGraphicsRunningProcesses: ([, count, out], gpu) => list(count, out, gpu?.graphics ?? [], 16),
    nvmlDeviceGetProcessUtilization: ([, out, count, since], gpu) => {
      const news = gpu?.shares.filter(({ time }) => time > (since as bigint)) ?? [];
      for (const [at, { pid, time, sm }] of news.entries()) {
        u32(out, pid, at * 32);
        u64(out, time, at * 32 + 8);
        u32(out, sm, at * 32 + 16);
      }
      u32(count, news.length);
      return news.length === 0 ? 6 : 0;
    },
    nvmlEventSetCreate: ([out]) => {
      this.openEventSets += 1;
      return u64(out, 90_000n);
    },
    nvmlDeviceRegisterEvents: ([handle]) => {
      this.#registered.push(this.#gpuOf(handle as bigint));
      return 0;
    },
    nvmlEventSetWait_v2: ([, out]) => {
      const xid = this.#registered.map((gpu) => gpu?.xids.shift()).find((number) => number !== undefined);
      return xid === undefined ? 10 : u64(out, 8n, 8) || u64(out, BigInt(xid), 16);
    },
    nvmlEventSetFree: () => {
      this.openEventSets -= 1;
      return 0;
    },
    nvmlGpmQueryDeviceSupport: ([, out]) => u32(out, 1, 4),
    nvmlGpmSampleAlloc: ([out]) => {
      this.openSamples += 1;
      this.#sampled.push({});
      return u64(out, BigInt(50_000 + this.#sampled.length));
    },
    nvmlGpmSampleFree: () => {
      this.openSamples -= 1;
      return 0;
    },
    nvmlGpmSampleGet: ([, sample], gpu) => this.#sample(sample, gpu?.counters ?? {}),
    nvmlGpmMigSampleGet: ([, instance, sample], gpu) => {
      const smActive = gpu?.migDevices?.find(({ gpuInstance }) => gpuInstance === instance)?.smActive;
      return smActive === undefined ? 2 : this.#sample(sample, { 2: smActive });
    },
    nvmlGpmMetricsGet: ([out]) => {
      const view = viewOf(out);
      const newer = this.#sampled[Number(view.getBigUint64(16, true)) - 50_001];
      for (let at = 24; at < 24 + 40 * view.getUint32(4, true); at += 40) {
        view.setInt32(at + 4, 0, true);
        view.setFloat64(at + 8, newer?.[view.getUint32(at, true)] ?? 10, true);
      }
      return 0;
    },
  };
  readonly #registered: (ScriptedGpu | undefined)[] = [];
  readonly #sampled: Record<number, number>[] = [];

  #sample(sample: Argument | undefined, counters: Record<number, number>): number {
    this.#sampled[Number(sample) - 50_001] = { ...counters };
    return 0;
  }
}

export function scriptedGpu(uuid: string): ScriptedGpu {
  return {
    uuid,
    util: 97,
    counters: { 2: 41 },
    codes: {},
    everyCode: undefined,
    hangsIn: null,
    migDevices: null,
    compute: [],
    graphics: [],
    shares: [],
    xids: [],
  };
}

const hurried: Partial<Timing> = {
  lanes: { callMs: 60, lookMs: 400, mostStuck: 3 },
  secondMs: 20,
  rarelyMs: 40,
  initMs: 60,
  initAgainMs: 20,
};

/** Starts the collector on a scripted driver, into a recording in memory. */
export async function collect(driver: ScriptedDriver, timing: Partial<Timing> = {}) {
  const made = new MemoryRecording(describeRun('test', [], {}, []));
  const writer = made.openStream('nvml');
  const collector = await createNvml(async () => driver.load(), { ...hurried, ...timing }).start({
    writer,
    intervalMs: 20,
    settings: {},
    deviceOf: () => null,
  });
  const look = () => {
    writer.flush();
    made.poll();
    return made.timeline;
  };
  const seriesOf = (device: string, metric: string) =>
    look().series.find(({ series }) => series.device === device && series.metric === metric);
  return {
    collector,
    look,
    seriesOf,
    valuesOf: (device: string, metric: string) => seriesOf(device, metric)?.values ?? [],
    absenceOf: (device: string | null, metric: string) =>
      look().absences.find((absence) => absence.device === device && absence.metric === metric)?.why,
    statesOf: (device: string) =>
      look()
        .deviceStates.filter((state) => state.device === device)
        .map(({ condition }) => condition),
    until: async (condition: () => boolean) => {
      for (let tries = 0; tries < 1000 && !condition(); tries++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      if (!condition()) throw new Error(`it did not come to be: ${condition}`);
    },
  };
}

function viewOf(out: Argument | undefined): DataView {
  if (!(out instanceof Uint8Array)) throw new TypeError('the function writes to a buffer');
  return new DataView(out.buffer, out.byteOffset, out.byteLength);
}

function u32(out: Argument | undefined, value: number, at = 0): number {
  viewOf(out).setUint32(at, value, true);
  return 0;
}

function u64(out: Argument | undefined, value: bigint, at = 0): number {
  viewOf(out).setBigUint64(at, value, true);
  return 0;
}

function version(out: Argument | undefined): number {
  return viewOf(out).getUint32(0, true);
}

function text(out: Argument | undefined, value: string, at = 0): number {
  const view = viewOf(out);
  for (const [index, byte] of new TextEncoder().encode(`${value}\0`).entries())
    view.setUint8(at + index, byte);
  return 0;
}

function list(
  count: Argument | undefined,
  out: Argument | undefined,
  processes: readonly { pid: number; bytes: bigint }[],
  recordBytes: number,
): number {
  const room = viewOf(count).getUint32(0, true);
  u32(count, processes.length);
  if (processes.length > room) return 7;
  for (const [at, { pid, bytes }] of processes.entries()) {
    u32(out, pid, at * recordBytes);
    u64(out, bytes, at * recordBytes + 8);
  }
  return 0;
}
