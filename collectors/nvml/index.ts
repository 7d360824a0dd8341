import type { Collector } from '../collector.ts';
import { startNvml } from './collect.ts';
import { examineNvml } from './examine.ts';
import { libraryName } from './library.ts';
import { defaultTiming, type Timing } from './timing.ts';

const id = 'nvml';
const gives = 'util, memory, power, clocks, temperature, errors and processes; GPM counters from Hopper on';

/**
 * NVIDIA's driver library, called directly.
 * @param path the library; a name is looked for by the dynamic loader (LD_LIBRARY_PATH)
 * @param timing how often and how long; tests hurry
 */
export function createNvml(path = libraryName, timing: Partial<Timing> = {}): Collector {
  const times = { ...defaultTiming, ...timing };
  return {
    id,
    gives,
    examine: async () => ({ id, gives, ...(await examineNvml(path, times)) }),
    start: (sampling) => startNvml(path, sampling, times),
  };
}

export const nvml: Collector = createNvml();
