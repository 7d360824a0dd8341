import type { DetailsAsked } from '../../src/analysis/details.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import type { Served } from '../../src/commands/serve/route.ts';
import { known } from '../../src/model/measured.ts';
import { running } from '../dashboards/snapshots.ts';

/** What a server shows, made up: a look is taken when the test says so. */
export interface MadeUpServed extends Served {
  /** Takes a look. */
  look(): void;
  /** Listeners to looks. */
  readonly listeners: ReadonlySet<() => void>;
}

const sources = [{ id: 'nvml', works: true, why: '', lookSeconds: known(0.004, 'nvml') }];

/** @param snapshot the present, with what is asked for */
export function madeUpServed(snapshot: (asked?: DetailsAsked) => Snapshot): MadeUpServed {
  const listeners = new Set<() => void>();
  return {
    listeners,
    host: 'made-up-host',
    sources: () => sources,
    look() {
      for (const listener of listeners) listener();
    },
    moment: () => ({
      host: 'made-up-host',
      version: '0.0.0',
      machine: snapshot(),
      sources,
      runs: [{ name: 'other', snapshot: running(20) }],
    }),
    snapshot,
    onLook(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    firstLook: Promise.resolve(),
    close: async () => false,
  };
}
