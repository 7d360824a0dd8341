import type { SimulationSettings } from '../../../src/analysis/simulation/settings.ts';

/** Settings that are easy to reckon with: steps of 100 ms without spread, and a network that costs nothing. */
export function madeUpSettings(change: Partial<SimulationSettings> = {}): SimulationSettings {
  return {
    algorithm: 'ring',
    cluster: { gpusPerNode: 8, inside: freeLink, between: freeLink },
    chunkBytes: 512 * 1024,
    steps: 100,
    warmUpSteps: 10,
    batchSize: 32,
    bytes: 100e6,
    times: { kind: 'constant', meanSeconds: 0.1 },
    slowness: { stragglers: [], share: 0, factor: 1 },
    bucketBytes: 25e6,
    backwardShare: 0.5,
    server: { servers: 1, bytesPerSecond: Number.POSITIVE_INFINITY, applySeconds: 0, stalenessBound: null },
    averageEvery: 5,
    failures: null,
    seed: 1,
    ...change,
  };
}

export const freeLink = { bytesPerSecond: Number.POSITIVE_INFINITY, latencySeconds: 0 };

/** Whether two figures are the same up to a share of them. */
export function isNear(figure: number, expected: number, share = 1e-9): boolean {
  return Math.abs(figure - expected) <= share * Math.abs(expected);
}
