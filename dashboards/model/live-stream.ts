/** What the server and the live page tell each other, and how it is written. */

import type { DetailsAsked } from '../../src/analysis/details.ts';
import type { DeviceView, Snapshot, TrainingView } from '../../src/analysis/snapshot.ts';
import { clean } from '../../src/model/clean-text.ts';
import type { SourceHealth } from '../../src/model/source-health.ts';
import type { Seconds } from '../../src/model/units.ts';
import type { HistoryPoints } from './thin-curves.ts';

/** What a page looks at beyond what every page gets. */
export interface PageAsked extends DetailsAsked {
  /** Every kernel, not the heaviest alone. */
  readonly kernels: boolean;
  /** The programs that are recorded meanwhile. */
  readonly runs: boolean;
}

/** A look, as a page gets it. */
export interface LiveMoment {
  /** All that there is; otherwise curves hold what came since the moment that the page had last. */
  readonly whole: boolean;
  /** Of which run of the server: what another one told does not go with this. */
  readonly run: string;
  /** Name of the machine that serves. */
  readonly host: string;
  readonly version: string;
  /** Between two looks; figures that are some looks old are old. */
  readonly lookSeconds: Seconds;
  readonly sources: readonly SourceHealth[];
  /** Why the page does not get what it asked for; ''. */
  readonly denied: string;
  /** Its curves of training are the new points. */
  readonly snapshot: Omit<Snapshot, 'devices'> & { readonly devices: readonly Omit<DeviceView, 'history'>[] };
  /** Of all kernels, of which the snapshot may hold the heaviest alone. */
  readonly kernelCount: number;
  /** Programs that are recorded meanwhile, where the page asks for them; without the one that the snapshot is of. */
  readonly runs: readonly RunRow[];
  readonly histories: readonly DevicePoints[];
}

/** How a program does that is recorded meanwhile. */
export interface RunRow extends Pick<Snapshot, 'title' | 'state' | 'elapsedSeconds'> {
  /** Name of its recording's directory. */
  readonly name: string;
  /** Null where it reports no steps. */
  readonly training: Pick<
    TrainingView,
    'workload' | 'step' | 'progress' | 'stepSeconds' | 'samplesPerSecond'
  > | null;
  /** The newest one; null where there is none. */
  readonly loss: number | null;
}

export interface DevicePoints extends HistoryPoints {
  readonly device: string;
  readonly intervalSeconds: Seconds;
}

/** DEL, which no cleaned text holds: what follows is a number that JSON does not know. */
const notFinite = '\u007f';

/** One line of JSON in which NaN and infinities stay what they are and every text is cleaned. */
export function packMoment(moment: LiveMoment): string {
  return JSON.stringify(moment, (_key, part: unknown) => {
    if (typeof part === 'string') return clean(part);
    return typeof part === 'number' && !Number.isFinite(part) ? `${notFinite}${part}` : part;
  });
}

/** What `packMoment` wrote. */
export function unpackMoment(text: string): LiveMoment {
  return JSON.parse(text, (_key, part: unknown) =>
    typeof part === 'string' && part.startsWith(notFinite) ? Number(part.slice(1)) : part,
  ) as LiveMoment;
}

/** Where a page gets what it asks for. `since` is the id of the moment that it has. */
export function eventsAddress({ timeline, ranks, kernel, kernels, runs }: PageAsked, since: string): string {
  const query = new URLSearchParams();
  if (timeline !== null) query.set('timeline', timeline);
  if (ranks) query.set('ranks', '1');
  if (kernels) query.set('kernels', '1');
  if (runs) query.set('runs', '1');
  if (kernel !== null) {
    query.set('device', kernel.device);
    query.set('kernel', kernel.name);
  }
  if (since !== '') query.set('since', since);
  const text = query.toString();
  return text === '' ? '/events' : `/events?${text}`;
}

const names: ReadonlySet<string> = new Set([
  'timeline',
  'ranks',
  'kernels',
  'runs',
  'device',
  'kernel',
  'since',
]);
/** Of an id or the name of a kernel. */
const longest = 1500;

/** What the query of an address asks for; null where it is none that a page would send. */
export function readAsked(query: URLSearchParams): PageAsked | null {
  for (const [name, value] of query) if (!names.has(name) || value.length > longest) return null;
  const device = query.get('device');
  const name = query.get('kernel');
  if ((device === null) !== (name === null)) return null;
  return {
    timeline: query.get('timeline'),
    ranks: query.has('ranks'),
    kernels: query.has('kernels'),
    runs: query.has('runs'),
    kernel: device === null || name === null ? null : { device, name },
    host: null,
  };
}
