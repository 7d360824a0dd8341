import { metrics } from '../../src/model/series.ts';
import type { Nanoseconds } from '../../src/model/units.ts';
import type { StreamWriter } from '../../src/recording/stream-writer.ts';

/** At most four samples a second: reading the memory opens a file of /proc, and nobody looks closer. */
const samplePeriodNs = 250e6;

/** What is read of the process, so that tests may put in their own. */
export interface ProcessReadings {
  /** Processor time of all threads so far, in microseconds. */
  cpuMicroseconds(): number;
  memoryBytes(): number;
}

export interface ProcessSampler {
  /** Samples, unless the last sample is too recent. `timeNs` is a time of the writer. */
  sample(timeNs: Nanoseconds): void;
}

const thisProcess: ProcessReadings = {
  cpuMicroseconds() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  memoryBytes: () => process.memoryUsage.rss(),
};

/**
 * Samples what the training itself takes of the host: `processUtil`, processor seconds a second since the last
 * sample (2.0 for two busy threads), and `processMemoryBytes`, the resident set.
 */
export function createProcessSampler(
  writer: StreamWriter,
  readings: ProcessReadings = thisProcess,
): ProcessSampler {
  const util = writer.defineSeries({ device: null, metric: metrics.processUtil, from: 'process.cpuUsage' });
  const memory = writer.defineSeries({
    device: null,
    metric: metrics.processMemoryBytes,
    from: 'process.memoryUsage.rss',
  });
  let lastNs = writer.now();
  let lastCpuMicroseconds = readings.cpuMicroseconds();

  return {
    sample(timeNs) {
      const elapsedNs = timeNs - lastNs;
      if (elapsedNs < samplePeriodNs) return;
      const cpuMicroseconds = readings.cpuMicroseconds();
      writer.sample(util, timeNs, ((cpuMicroseconds - lastCpuMicroseconds) * 1e3) / elapsedNs);
      writer.sample(memory, timeNs, readings.memoryBytes());
      lastNs = timeNs;
      lastCpuMicroseconds = cpuMicroseconds;
    },
  };
}
