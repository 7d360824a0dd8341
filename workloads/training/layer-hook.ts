import type { TrainingProbe } from '../../src/model/training.ts';

/** Sees what a layer gives, by the layer's path, and says what it gives instead: the same, or something of its kind. */
export type LayerHook = (path: string, output: unknown) => unknown;

/**
 * A probe that tells `hook` what each layer gives that has no layers inside, in the order of the forward pass. The hook
 * runs inside the layer. `probe` hears everything as before.
 */
export function hookLayers(probe: TrainingProbe, hook: LayerHook): TrainingProbe {
  let path = '';
  let isLeaf = true;
  return {
    layer<T>(name: string, body: () => T): T {
      const outer = path;
      path = outer === '' ? name : `${outer}/${name}`;
      isLeaf = true;
      try {
        return probe.layer(name, () => {
          const output = body();
          // A hook gives back what it was given or something of its kind.
          return isLeaf ? (hook(path, output) as T) : output;
        });
      } finally {
        path = outer;
        isLeaf = false;
      }
    },
    phase: (name, body) => probe.phase(name, body),
    beginStep: () => probe.beginStep(),
    endStep: (samples) => probe.endStep(samples),
    metric: (name, value, atNs) => probe.metric(name, value, atNs),
    now: () => probe.now(),
    range: (name, text) => probe.range(name, text),
    describe: (info) => probe.describe(info),
  };
}
