/**
 * Synthetic answers of a Prometheus that scrapes many hosts; nothing of them was measured. Their shape, labels and order are
 * those of the answer recorded in test/captures/prometheus/overview.json.
 */

interface Fleet {
  readonly hosts: number;
  readonly gpus: number;
}

/** Metrics of a GPU in the overview, with the source that `warpwatch serve` names. */
const metrics: readonly (readonly [name: string, source: string, most: number])[] = [
  ['warpwatch_gpu_compute_throughput_ratio', 'derived', 1],
  ['warpwatch_gpu_dram_active_ratio', 'nvml.gpm', 1],
  ['warpwatch_gpu_graphics_active_ratio', 'nvml.gpm', 1],
  ['warpwatch_gpu_memory_total_bytes', 'nvml', 85_899_345_920],
  ['warpwatch_gpu_memory_used_bytes', 'nvml', 85_899_345_920],
  ['warpwatch_gpu_occupancy_ratio', 'nvml.gpm', 1],
  ['warpwatch_gpu_power_watts', 'nvml', 700],
  ['warpwatch_gpu_sm_active_ratio', 'nvml.gpm', 1],
  ['warpwatch_gpu_temperature_celsius', 'nvml', 80],
  ['warpwatch_gpu_tensor_active_ratio', 'nvml.gpm', 1],
  ['warpwatch_gpu_up', '', 1],
  ['warpwatch_gpu_util_ratio', 'nvml', 1],
];
/** Series of one GPU. */
export const seriesPerGpu = metrics.length;
const atSeconds = 1_795_750_006.762;

/** Answer to the overview query. */
export function syntheticOverview({ hosts, gpus }: Fleet): string {
  const result: object[] = [];
  for (const [name, source, most] of metrics) {
    for (let host = 0; host < hosts; host += 1) {
      for (let gpu = 0; gpu < gpus; gpu += 1) {
        const share = ((host * 7919 + gpu * 104_729 + name.length * 31) % 1000) / 1000;
        result.push({
          metric: {
            __name__: name,
            gpu: String(gpu),
            host: hostOf(host),
            instance: `${hostOf(host)}:9847`,
            job: 'warpwatch',
            model: 'NVIDIA H100 80GB HBM3',
            ...(source === '' ? {} : { source }),
            uuid: `GPU-${String(host).padStart(8, '0')}-1c2d-4e5f-8a9b-${String(gpu).padStart(12, '0')}`,
          },
          value: [atSeconds, name.endsWith('_up') ? '1' : String(share * most)],
        });
      }
    }
  }
  return answer(result);
}

/** Answer to the health query. */
export function syntheticHealth({ hosts }: Pick<Fleet, 'hosts'>): string {
  const all = Array.from({ length: hosts }, (_, host) => host);
  return answer([
    ...all.map((host) => ({
      metric: { __name__: 'up', instance: `${hostOf(host)}:9847`, job: 'warpwatch' },
      value: [atSeconds, '1'],
    })),
    ...all.map((host) => ({
      metric: {
        host: hostOf(host),
        instance: `${hostOf(host)}:9847`,
        job: 'warpwatch',
        warpwatch_fleet: 'time',
      },
      value: [atSeconds, String(atSeconds - 7)],
    })),
  ]);
}

function answer(result: readonly object[]): string {
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}

function hostOf(host: number): string {
  return `synthetic-${String(host).padStart(4, '0')}`;
}
