import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { type Page, pages } from './choices.ts';

/** Whether several replicas train one model, or one that others are compared with. */
export function hasReplicas({ training }: Snapshot): boolean {
  return training?.workload?.parallel !== undefined;
}

/** A page by what it shows of this run. */
export function pageName(page: Page, snapshot: Snapshot): string {
  return page === 'ranks' && hasReplicas(snapshot) ? 'replicas' : page;
}

/** The pages there are, in the order of their number keys: with the list of hosts where a fleet is watched. */
export function pagesOf({ details }: Snapshot): readonly Page[] {
  return details.fleet === null ? pages : ['fleet', ...pages];
}

/** The number key of a page; 0 is the list of hosts. */
export function pageNumber(page: Page): number {
  return page === 'fleet' ? 0 : pages.indexOf(page) + 1;
}
