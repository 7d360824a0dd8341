import type { Snapshot } from '../../src/analysis/snapshot.ts';
import type { Page } from './choices.ts';

/** Whether several replicas train one model, or one that others are compared with. */
export function hasReplicas({ training }: Snapshot): boolean {
  return training?.workload?.parallel !== undefined;
}

/** A page by what it shows of this run. */
export function pageName(page: Page, snapshot: Snapshot): string {
  return page === 'ranks' && hasReplicas(snapshot) ? 'replicas' : page;
}
