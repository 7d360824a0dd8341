import type { Collector } from './collector.ts';

/** A live source of GPUs; its code and its library are loaded when it is asked for. */
interface CollectorRow {
  readonly id: string;
  load(): Promise<Collector>;
}

/** The live sources of GPUs, the most trusted first. A new one is a folder and a line here. */
export const gpuCollectors: readonly CollectorRow[] = [
  { id: 'nvml', load: async () => (await import('./nvml/index.ts')).nvml },
  { id: 'nvidia-smi', load: async () => (await import('./nvidia-smi/index.ts')).nvidiaSmi },
  { id: 'dcgm', load: async () => (await import('./dcgm/index.ts')).dcgm },
];
