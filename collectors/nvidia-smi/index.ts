import { messageOf } from '../../src/model/errors.ts';
import type { Collector, SourceReport } from '../collector.ts';
import { askNvidiaSmi } from './ask.ts';
import { defaultTiming, noGpu, type SmiTiming, startNvidiaSmi } from './collect.ts';
import { devicesOf, examined } from './devices.ts';
import { id } from './parse.ts';

const gives = 'util, memory, power, clocks, temperature, errors and processes; no counters';

/**
 * NVIDIA's command, where its library cannot be loaded.
 * @param timing how often and how long; tests hurry
 */
export function createNvidiaSmi(timing: Partial<SmiTiming> = {}): Collector {
  const times = { ...defaultTiming, ...timing };
  return {
    id,
    gives,
    insteadOf: 'nvml',
    examine: () => examine(times),
    start: (sampling) => startNvidiaSmi(sampling, times),
  };
}

export const nvidiaSmi: Collector = createNvidiaSmi();

async function examine({ deadlineMs }: SmiTiming): Promise<SourceReport> {
  try {
    const report = await askNvidiaSmi(deadlineMs).answer;
    const devices = devicesOf(report, () => null).map(examined);
    const count = report.gpus.length;
    const seen = `driver ${report.driver || 'unknown'}, ${count} GPU${count === 1 ? '' : 's'}`;
    return { id, gives, works: count > 0, detail: count > 0 ? seen : noGpu, devices };
  } catch (error) {
    return { id, gives, works: false, detail: messageOf(error), devices: [] };
  }
}
