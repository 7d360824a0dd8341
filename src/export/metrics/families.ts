import type { MetricFamily } from './family.ts';
import { findingFamilies } from './findings.ts';
import { gpuFamilies } from './gpu.ts';
import { hostFamilies } from './host.ts';
import { kernelFamilies } from './kernels.ts';
import { sourceFamilies } from './sources.ts';
import { trainingFamilies } from './training.ts';

/** Every metric that warpwatch has. To add one: a row in the file of its subject. */
export const metricFamilies: readonly MetricFamily[] = [
  ...gpuFamilies,
  ...hostFamilies,
  ...sourceFamilies,
  ...trainingFamilies,
  ...kernelFamilies,
  ...findingFamilies,
];
