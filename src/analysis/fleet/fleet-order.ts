import { isKnown, type Measured } from '../../model/measured.ts';
import type { FleetMember } from './fleet.ts';
import type { FleetRow } from './fleet-view.ts';

type Compare = (one: FleetRow, other: FleetRow) => number;

/** `node2` comes before `node10`. */
const byNumber = new Intl.Collator('en', { numeric: true });
/** By how much a host wants eyes. */
const urgency: Readonly<Record<FleetMember['condition'], number>> = {
  down: 0,
  vanished: 1,
  connecting: 2,
  up: 3,
};

/** The widest gap first; of those whose gap is not known the highest util; then what is not up, down before vanished. */
export const compareGaps: Compare = (one, other) =>
  largestFirst(one.gap, other.gap) || largestFirst(one.util, other.util) || upFirst(one, other);

const figure =
  (pick: (row: FleetRow) => Measured): Compare =>
  (one, other) =>
    largestFirst(pick(one), pick(other)) || upFirst(one, other);

/** The orders of the list: figures largest first and the unknown last, hosts by name, conditions by how much they want eyes. */
export const fleetOrders = {
  gap: compareGaps,
  util: figure((row) => row.util),
  'SM active': figure((row) => row.smActive),
  occupancy: figure((row) => row.occupancy),
  power: figure((row) => row.powerWatts),
  memory: figure((row) => row.memoryUsedBytes),
  '°C': figure((row) => row.temperatureCelsius),
  'samples/s': figure((row) => row.samplesPerSecond),
  condition: (one, other) =>
    urgency[one.condition] - urgency[other.condition] || other.gone.length - one.gone.length,
  host: (one, other) => byNumber.compare(one.host, other.host),
} as const satisfies Readonly<Record<string, Compare>>;
export type FleetSort = keyof typeof fleetOrders;

/**
 * The hosts that a filter lets through, in an order; equal ones stay as they stand.
 * @param filter text that a host's name, condition, exporters or GPU models must contain; '' lets all through
 */
export function orderFleet(rows: readonly FleetRow[], sort: FleetSort, filter: string): readonly FleetRow[] {
  const wanted = filter.trim().toLowerCase();
  const kept = wanted === '' ? rows : rows.filter((row) => textOf(row).includes(wanted));
  return sort === 'gap' ? kept : [...kept].sort(fleetOrders[sort]);
}

function textOf({ host, condition, exporters, models }: FleetRow): string {
  return [host, condition, ...exporters, ...models].join(' ').toLowerCase();
}

function upFirst(one: FleetRow, other: FleetRow): number {
  const rank = ({ condition }: FleetRow): number => (condition === 'up' ? -1 : urgency[condition]);
  return rank(one) - rank(other);
}

/** What is not known comes last. */
function largestFirst(one: Measured, other: Measured): number {
  if (isKnown(one) && isKnown(other)) return other.value - one.value;
  return Number(isKnown(other)) - Number(isKnown(one));
}
