import * as assert from 'uvu/assert';
import { silentProbe, type TrainingProbe } from '../../../src/model/training.ts';
import type { Parameter } from '../../../workloads/models/builder.ts';

/** A probe that keeps the paths of the layers that ran. */
export function layerPaths(): { readonly probe: TrainingProbe; readonly seen: ReadonlySet<string> } {
  const path: string[] = [];
  const seen = new Set<string>();
  const probe: TrainingProbe = {
    ...silentProbe,
    layer(name, body) {
      path.push(name);
      seen.add(path.join('/'));
      try {
        return body();
      } finally {
        path.pop();
      }
    },
  };
  return { probe, seen };
}

/** Holds that the layer of each parameter ran under the path that its name begins with. */
export function assertLayersRan(parameters: readonly Parameter[], seen: ReadonlySet<string>): void {
  assert.ok(parameters.length > 0);
  for (const { name } of parameters) {
    const layer = name.slice(0, name.lastIndexOf('/'));
    assert.ok(seen.has(layer), `${layer} has weights and never ran`);
  }
}
