import { parallel } from './replicas-contract.ts';

/** What a training says of itself, as requirements see it; held to its type where it is used. */
export const workload = {
  fields: {
    name: 'text',
    backend: 'text',
    data: 'text',
    synthetic: 'boolean',
    batchSize: 'number',
    parameters: 'number',
    modelFlopsPerSample: 'number',
    plannedSteps: 'number',
    plannedSeconds: 'seconds',
    chanceLoss: 'number',
    classes: 'number',
    trainSize: 'number',
    regularisation: { fields: { weightDecay: 'number', augmentation: 'boolean' } },
    fault: 'text',
    parallel,
  },
} as const;
