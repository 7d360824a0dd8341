import { basename } from 'node:path';
import { WarpwatchError } from '../../src/model/errors.ts';
import type { GpuProcess } from '../../src/model/gpu-process.ts';
import { absent, known, type Measured } from '../../src/model/measured.ts';
import { metrics } from '../../src/model/series.ts';
import { below, listBelow, textBelow } from './elements.ts';
import { parseFigures, parseMigFigures } from './figures.ts';
import { parseValue, type SmiFigure } from './values.ts';

export const id = 'nvidia-smi';

/** An answer of `nvidia-smi -q -x`. */
export interface SmiReport {
  /** Version of the driver; '' where it is not told. */
  readonly driver: string;
  /** The newest CUDA that the driver runs, such as `12.2`; '' where it is not told. */
  readonly cuda: string;
  readonly gpus: readonly SmiGpu[];
}

export interface SmiGpu {
  /** Place in the answer, which is the order of NVML. */
  readonly index: number;
  /** `GPU-…`; '' where it is not told. */
  readonly uuid: string;
  readonly name: string;
  /** Such as `0000:9b:00.0`; '' where it is not told. */
  readonly pciBusId: string;
  readonly lost: boolean;
  readonly figures: readonly SmiFigure[];
  /** Processes of the whole GPU, or why they are not told. */
  readonly processes: readonly GpuProcess[] | string;
  readonly migDevices: readonly SmiMigDevice[];
  /** Modes of the GPU that are told: `mig`, `ecc`, `persistence`: `on` or `off`. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface SmiMigDevice {
  readonly index: number;
  readonly gpuInstance: string;
  readonly computeInstance: string;
  readonly smCount: Measured;
  readonly figures: readonly SmiFigure[];
  readonly processes: readonly GpuProcess[] | string;
}

interface PlacedProcess {
  readonly gpuInstance: string;
  readonly computeInstance: string;
  readonly process: GpuProcess;
}

/** Longer than names of products, and short enough for a screen. */
const longestName = 200;
const memoryUnknown = 'nvidia-smi does not tell how much memory of the GPU this process holds.';
const noShares = 'nvidia-smi -q does not tell the shares of processes; NVML does.';
const noProcesses = 'nvidia-smi does not list the processes of this GPU.';
/** Highest number of the SMs of a MIG device that is believed. */
const mostSms = 1024;

/**
 * Reads what node-nvidia-smi hands over: the XML of `nvidia-smi -q -x` as xml2js makes it without explicit arrays.
 * @throws WarpwatchError `bad-data` where it is no such answer
 */
export function parseNvidiaSmi(answer: unknown): SmiReport {
  const log = below(answer, 'nvidia_smi_log');
  if (typeof log !== 'object' || log === null) {
    throw new WarpwatchError(
      'bad-data',
      'nvidia-smi did not write an nvidia_smi_log; run `nvidia-smi -q -x` to see what it says.',
    );
  }
  return {
    driver: told(textBelow(log, 'driver_version')),
    cuda: told(textBelow(log, 'cuda_version')),
    gpus: listBelow(log, 'gpu').map(parseGpu),
  };
}

function parseGpu(gpu: unknown, index: number): SmiGpu {
  const uuid = textBelow(gpu, 'uuid') ?? '';
  const address = textBelow(gpu, 'pci', 'pci_bus_id') ?? textBelow(below(gpu, '$'), 'id') ?? '';
  const placed = parseProcesses(gpu);
  const migDevices = listBelow(gpu, 'mig_devices', 'mig_device').map((mig, at) => parseMig(mig, at, placed));
  const whole =
    typeof placed === 'string'
      ? placed
      : mergeKinds(placed.filter((one) => !migDevices.some((mig) => runsIn(one, mig))));
  return {
    index,
    uuid: /^GPU-[0-9a-f-]+$/i.test(uuid) ? uuid : '',
    name: told(textBelow(gpu, 'product_name')).slice(0, longestName) || 'NVIDIA GPU',
    pciBusId: /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.\d$/i.test(address) ? shortBusId(address) : '',
    lost: ['fan_speed', 'product_name', 'uuid', 'performance_state'].some((name) =>
      /gpu is lost/i.test(textBelow(gpu, name) ?? ''),
    ),
    figures: parseFigures(gpu),
    processes: whole,
    migDevices,
    properties: Object.fromEntries(
      [
        ['mig', textBelow(gpu, 'mig_mode', 'current_mig')] as const,
        ['ecc', textBelow(gpu, 'ecc_mode', 'current_ecc')] as const,
        ['persistence', textBelow(gpu, 'persistence_mode')] as const,
      ]
        .filter(([, mode]) => mode === 'Enabled' || mode === 'Disabled')
        .map(([name, mode]) => [name, mode === 'Enabled' ? 'on' : 'off']),
    ),
  };
}

function parseMig(mig: unknown, at: number, placed: readonly PlacedProcess[] | string): SmiMigDevice {
  const index = Number(textBelow(mig, 'index'));
  const sms = parseValue(
    'smCount',
    textBelow(mig, 'device_attributes', 'shared', 'multiprocessor_count'),
    '',
    { least: 1, most: mostSms },
  );
  const place = {
    index: Number.isSafeInteger(index) && index >= 0 ? index : at,
    gpuInstance: told(textBelow(mig, 'gpu_instance_id')),
    computeInstance: told(textBelow(mig, 'compute_instance_id')),
  };
  return {
    ...place,
    smCount: sms.value === null ? absent(sms.why) : known(sms.value, id),
    figures: parseMigFigures(mig),
    processes: typeof placed === 'string' ? placed : mergeKinds(placed.filter((one) => runsIn(one, place))),
  };
}

function parseProcesses(gpu: unknown): readonly PlacedProcess[] | string {
  const list = below(gpu, 'processes');
  if (list === undefined) return noProcesses;
  // An empty element says that there are none; a word, why they cannot be told.
  if (typeof list === 'string') return list.trim() === '' ? [] : noProcesses;
  return listBelow(list, 'process_info').flatMap((one) => {
    const pid = Number(textBelow(one, 'pid') || Number.NaN);
    if (!Number.isSafeInteger(pid) || pid <= 0) return [];
    const command = told(textBelow(one, 'process_name')).slice(0, 4096);
    const memory = parseValue(metrics.processMemoryBytes, textBelow(one, 'used_memory'), 'MiB', {
      least: 0,
      most: Number.MAX_SAFE_INTEGER,
    });
    const process: GpuProcess = {
      pid,
      name: basename(command.split(' ')[0] ?? ''),
      command,
      user: '',
      parent: null,
      container: '',
      kind: kindOf(textBelow(one, 'type') ?? ''),
      memoryBytes: memory.value === null ? absent(memoryUnknown) : known(memory.value, id),
      util: absent(noShares),
    };
    return [
      {
        gpuInstance: told(textBelow(one, 'gpu_instance_id')),
        computeInstance: told(textBelow(one, 'compute_instance_id')),
        process,
      },
    ];
  });
}

/** `C`, `G`, `C+G`; a client of the multi-process service is `M+C`. */
function kindOf(type: string): GpuProcess['kind'] {
  const graphics = type.includes('G');
  if (type.includes('C')) return graphics ? 'both' : 'compute';
  return graphics ? 'graphics' : 'compute';
}

function runsIn(one: PlacedProcess, mig: Pick<SmiMigDevice, 'gpuInstance' | 'computeInstance'>): boolean {
  return (
    mig.gpuInstance !== '' &&
    one.gpuInstance === mig.gpuInstance &&
    one.computeInstance === mig.computeInstance
  );
}

/** One entry for each process; what two lines say of its memory is the same memory. */
function mergeKinds(placed: readonly PlacedProcess[]): readonly GpuProcess[] {
  const merged = new Map<number, GpuProcess>();
  for (const { process } of placed) {
    const same = merged.get(process.pid);
    if (same === undefined) merged.set(process.pid, process);
    else {
      const larger = (process.memoryBytes.value ?? -1) > (same.memoryBytes.value ?? -1) ? process : same;
      merged.set(process.pid, { ...larger, kind: same.kind === process.kind ? same.kind : 'both' });
    }
  }
  return [...merged.values()];
}

/** A text, or '' for the words that say that there is none. */
function told(text: string | undefined): string {
  return text === undefined || /^\[?n\/a\]?$|gpu is lost|unknown error|deprecated/i.test(text) ? '' : text;
}

/** `00000000:9B:00.0` as the kernel writes it: `0000:9b:00.0`. */
function shortBusId(address: string): string {
  return address.replace(/^0000(?=[0-9a-f]{4}:)/i, '').toLowerCase();
}
