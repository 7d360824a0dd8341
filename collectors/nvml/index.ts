import type { Collector } from '../collector.ts';
import { startNvml } from './collect.ts';
import type { LoadLibrary } from './driver.ts';
import { examineNvml } from './examine.ts';
import { libraryName, loadNvml } from './library.ts';
import { defaultTiming, type Timing } from './timing.ts';

const id = 'nvml';
const gives = 'util, memory, power, clocks, temperature, errors and processes; GPM counters from Hopper on';

/**
 * NVIDIA's driver library, called directly.
 * @param library its path, or what loads it; a name is looked for by the dynamic loader (LD_LIBRARY_PATH)
 * @param timing how often and how long; tests hurry
 */
export function createNvml(
  library: string | LoadLibrary = libraryName,
  timing: Partial<Timing> = {},
): Collector {
  const load = typeof library === 'string' ? () => loadNvml(library) : library;
  const times = { ...defaultTiming, ...timing };
  return {
    id,
    gives,
    examine: async () => ({ id, gives, ...(await examineNvml(load, times)) }),
    start: (sampling) => startNvml(load, sampling, times),
  };
}

export const nvml: Collector = createNvml();
