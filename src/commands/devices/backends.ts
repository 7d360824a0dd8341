import type { ExaminedDevice, SourceReport } from '../../../collectors/collector.ts';
import { startBackend } from '../../../workloads/backends/index.ts';
import { findPackage, packages } from '../../../workloads/backends/tensorflow/packages.ts';
import type { Adapter } from '../../../workloads/backends/webgpu/adapters.ts';
import { examineAdapters } from '../../../workloads/backends/webgpu/examine.ts';
import { gpuOf } from '../../../workloads/backends/webgpu/gpu.ts';
import { messageOf } from '../../model/errors.ts';
import { absent, type Measured } from '../../model/measured.ts';
import { byteSize } from '../../model/numbers.ts';

/** The embedded wasm backend: whether it starts, and the peak of the processor as it measures it. */
export async function examineWasm(): Promise<{ source: SourceReport; peakFlops: Measured }> {
  const source = {
    id: 'tfjs',
    devices: [],
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

/** The GPUs that `train --backend webgpu` can compute on. */
export async function examineWebGpu(): Promise<SourceReport> {
  const { adapters, why } = await examineAdapters();
  return {
    id: 'webgpu',
    works: adapters.length > 0,
    gives:
      'GPUs of any vendor for `warpwatch train`, and the times of kernels of TensorFlow.js programs on them',
    detail: why ?? `${adapters.map(adapterText).join('; ')}.`,
    devices: adapters.map((adapter) => examined(adapter)),
  };
}

function adapterText({ index, name, kind, driver, hiddenBy, timestampQuery }: Adapter): string {
  if (hiddenBy !== null)
    return `adapter ${index}: ${name} (${driver}), for which Dawn would take ${hiddenBy}`;
  const use = kind === 'software' ? 'in software, and taken only where --adapter names it' : kindWords[kind];
  const times = timestampQuery ? '' : ', without timestamps, so that its kernels cannot be timed';
  return `adapter ${index}: ${name}, ${use} (${driver})${times}`;
}

const kindWords = {
  discrete: 'a card',
  integrated: 'on the chip of the processor',
  unknown: 'WebGPU does not tell which kind',
};

function examined(adapter: Adapter): ExaminedDevice {
  const { index, kind, driver, driverVersion, alike, hiddenBy } = adapter;
  const { timestampQuery, shaderF16, maxBufferBytes } = adapter;
  const device = gpuOf(adapter, `webgpu${index}`);
  if (hiddenBy !== null) {
    const why = `Dawn would take ${hiddenBy}, whose name has this one in it; let the process see this card alone.`;
    return { device, properties: { driver }, gives: [], lacks: [{ metric: 'kernel times', why }] };
  }
  const noTimes = {
    metric: 'kernel times',
    why: 'The adapter has no timestamp-query, so that kernels cannot be timed.',
  };
  return {
    device,
    properties: {
      kind,
      driver: `${driver}, ${driverVersion || 'version not told'}`,
      'largest tensor': byteSize(maxBufferBytes),
      'shader-f16': shaderF16 ? 'yes' : 'no',
      ...(alike > 1 ? { 'adapters of this name': String(alike) } : {}),
    },
    gives: timestampQuery ? ['kernel times'] : [],
    lacks: timestampQuery ? [] : [noTimes],
  };
}

/** TensorFlow's library, where a package with it is installed; nobody else needs a word about it. */
export function examineTensorflow(): readonly SourceReport[] {
  const found = findPackage([packages.gpu, packages.cpu]);
  if (found === null) return [];
  return [
    {
      id: 'tensorflow',
      works: true,
      gives: 'TensorFlow in native code for `warpwatch train --backend tensorflow`',
      detail: `${found.name} is installed: ${found.entry}.`,
      devices: [],
    },
  ];
}
