/** How a training is shared by replicas, as requirements see it; held to its type where it is used. */
export const parallel = {
  fields: {
    mode: 'text',
    replicas: 'number',
    transport: 'text',
    settings: 'text',
    stragglers: { each: { fields: { replica: 'number', factor: 'number' } }, by: ['replica'] },
  },
} as const;

/** The same of how the replicas do. */
export const replicas = {
  fields: {
    parallel,
    samplesPerSecond: 'number',
    rows: {
      each: {
        fields: {
          replica: 'number',
          devices: 'texts',
          state: 'text',
          message: 'text',
          steps: 'number',
          samplesPerSecond: 'number',
          stepSeconds: 'seconds',
          compute: 'ratio',
          wait: 'ratio',
          communicate: 'ratio',
          slowed: 'ratio',
          meanStaleness: 'number',
          loss: 'number',
          straggler: 'boolean',
        },
      },
      by: ['replica'],
    },
    staleness: { each: { fields: { staleness: 'number', updates: 'number' } }, by: ['staleness'] },
    meanStaleness: 'number',
    verdict: 'text',
  },
} as const;
