import { type FleetSort, orderFleet } from '../../src/analysis/fleet/fleet-order.ts';
import type { FleetRow } from '../../src/analysis/fleet/fleet-view.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { clockTime, unknownMark } from '../../src/model/numbers.ts';
import type { Seconds } from '../../src/model/units.ts';

/** What a person has chosen of the list of hosts. */
export interface HostChoice {
  /** The host under the cursor, which stays on it when the order changes; null for the first. */
  readonly host: string | null;
  readonly hostSort: FleetSort;
  /** Text that a host must contain to be shown; '' shows all. */
  readonly hostFilter: string;
}

/** The hosts of the list, in its order; none where one machine is watched. */
export function shownHosts({ details }: Snapshot, choice: HostChoice): readonly FleetRow[] {
  return orderFleet(details.fleet?.rows ?? [], choice.hostSort, choice.hostFilter);
}

/** Place of the chosen host among the shown ones; 0 where it is not among them. */
export function hostIndex(shown: readonly FleetRow[], { host }: HostChoice): number {
  return Math.max(
    0,
    shown.findIndex((row) => row.host === host),
  );
}

/** Younger figures are what a person calls now. */
export const toldFromSeconds = 5;

/** How old a host's figures are, in whole seconds. */
export function ageText(seconds: Seconds | null): string {
  if (seconds === null) return unknownMark;
  return seconds < 120 ? `${Math.floor(seconds)} s` : clockTime(seconds);
}
