import { hookLayers, type LayerHook } from '../layer-hook.ts';
import type { TrainContext } from '../train.ts';

/** Looks at what layers give while somebody wants to. */
export interface LayerInspector {
  /** Called by each layer without layers inside, in the order of the forward pass; null where nobody looks. */
  visit: ((path: string, output: unknown) => void) | null;
}

/** A context whose probe can be looked through; models must be made with this probe. */
export function inspectable(context: TrainContext): TrainContext {
  const inspector: LayerInspector = { visit: null };
  const look: LayerHook = (path, output) => {
    inspector.visit?.(path, output);
    return output;
  };
  return { ...context, probe: hookLayers(context.probe, look), inspector };
}
