import type { FleetMember, FleetMoment } from '../../analysis/fleet/fleet.ts';
import { knownOf } from '../../analysis/fleet/fleet-snapshot.ts';
import { type FleetRow, type FleetView, meanFigures } from '../../analysis/fleet/fleet-view.ts';
import { deviceJson } from './json.ts';

/** The name and version of what `top` prints of a fleet; keys may be added, none is taken away. */
export const fleetSchema = 'warpwatch.fleet/1';

/** All hosts, in the order of the view; devices as `top --json` prints them, those of a host that is not up without a figure. */
export function fleetJson({ members }: FleetMoment, view: FleetView, time = new Date()): object {
  const { from, troubles, omittedHosts, rows } = view;
  const byHost = new Map(members.map((member) => [member.host, member]));
  return {
    schema: fleetSchema,
    time: time.toISOString(),
    from,
    troubles,
    omittedHosts,
    hosts: rows.map((row) => hostJson(row, byHost.get(row.host))),
  };
}

function hostJson(row: FleetRow, member: FleetMember | undefined): object {
  const { host, exporters, condition, why, ageSeconds, gpus, gone, worst } = row;
  const means = Object.fromEntries(meanFigures.map((name) => [name, row[name]]));
  return {
    host,
    exporters,
    condition,
    why,
    ageSeconds,
    gpus,
    gone,
    ...means,
    gap: row.gap,
    powerWatts: row.powerWatts,
    memoryUsedBytes: row.memoryUsedBytes,
    memoryTotalBytes: row.memoryTotalBytes,
    temperatureCelsius: row.temperatureCelsius,
    samplesPerSecond: row.samplesPerSecond,
    training: row.training,
    words: row.words,
    worst: worst && { id: worst.id, util: worst.util, smActive: worst.smActive },
    devices: (member === undefined ? [] : (knownOf(member)?.devices ?? [])).map(deviceJson),
  };
}
