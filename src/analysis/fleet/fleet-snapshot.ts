import { absent, type Measured } from '../../model/measured.ts';
import { plural } from '../../model/numbers.ts';
import type { Seconds } from '../../model/units.ts';
import { type Details, type DetailsAsked, noDetails } from '../details.ts';
import { type DeviceFigure, figureNames, figureRows } from '../device-figures.ts';
import type { DeviceView, HostView, Snapshot } from '../snapshot.ts';
import type { FleetMember, FleetMoment } from './fleet.ts';
import { type FleetView, fleetView, isUp, whyNotUp } from './fleet-view.ts';

/** A host of a fleet is looked at from afar: no execution comes over. */
const noExecutions =
  'Executions of kernels are not brought over from other machines; open `warpwatch top` there to see them.';

/**
 * The moment of the host that is asked for, or where none is, or none of that name is left, of the fleet as a whole: then
 * it has no devices. `details.fleet` holds all hosts in either case.
 * @param elapsedSeconds since the fleet began to be watched
 */
export function fleetSnapshot(moment: FleetMoment, asked: DetailsAsked, elapsedSeconds: Seconds): Snapshot {
  const view = fleetView(moment, asked.host);
  const member = moment.members.find(({ host }) => host === view.open?.host);
  if (member === undefined) return wholeFleet(moment, view, elapsedSeconds);
  const snapshot = knownOf(member) ?? nothingYet(whyNotUp(member), elapsedSeconds);
  // One clock for all hosts: how long theirs are watched is not what the person sees here.
  return {
    ...snapshot,
    title: titleOf(member, snapshot),
    elapsedSeconds,
    details: detailsOf(snapshot, asked, view),
  };
}

/** The host, and what it trains. */
function titleOf({ host }: FleetMember, { training, title }: Snapshot): string {
  return training === null || title === '' ? host : `${host}: ${title}`;
}

/** What is known of a member now: where it is not up, its last word without the figures. Null before the first. */
export function knownOf(member: FleetMember): Snapshot | null {
  const { snapshot } = member;
  return snapshot === null || isUp(member) ? snapshot : withoutPresent(snapshot, whyNotUp(member));
}

function wholeFleet(moment: FleetMoment, view: FleetView, elapsedSeconds: Seconds): Snapshot {
  const waits = moment.members.every(({ condition }) => condition === 'connecting');
  return {
    ...nothingYet('A fleet as a whole has no host figures: open one of its hosts.', elapsedSeconds),
    title: `fleet of ${plural(moment.members.length + moment.omittedHosts, 'host')}`,
    state: waits && moment.troubles.length === 0 ? 'starting' : 'running',
    details: { ...noDetails, fleet: view },
  };
}

function nothingYet(why: string, elapsedSeconds: Seconds): Snapshot {
  const unknown = absent(why);
  return {
    title: '',
    state: 'starting',
    message: '',
    elapsedSeconds,
    devices: [],
    kernels: [],
    training: null,
    host: {
      cpuUtil: unknown,
      processUtil: unknown,
      memoryUsedBytes: unknown,
      memoryTotalBytes: null,
      processMemoryBytes: unknown,
    },
    whyNoGpu: [],
    sourceTroubles: [],
    findings: [],
    details: noDetails,
    lostRecords: 0,
    damage: [],
  };
}

/** What the source brings of what is asked for, and why there is no more. */
function detailsOf({ kernels, details }: Snapshot, asked: DetailsAsked, fleet: FleetView): Details {
  const { timeline, kernel } = asked;
  const row = kernels.find(({ device, name }) => device === kernel?.device && name === kernel.name);
  return {
    timeline:
      details.timeline ??
      (timeline === null
        ? null
        : {
            device: timeline,
            seconds: 0,
            lanes: [],
            busy: [],
            why: noExecutions,
            parts: [],
            longestGap: null,
          }),
    ranks: asked.ranks ? (details.ranks ?? []) : null,
    replicas: asked.ranks ? details.replicas : null,
    kernel: details.kernel ?? (row === undefined ? null : { row, launches: [], history: null }),
    fleet,
  };
}

/** The last word of a host that speaks no more: what was, without figures that would look like its present. */
function withoutPresent(snapshot: Snapshot, why: string): Snapshot {
  const unknown = absent(why);
  const { training } = snapshot;
  return {
    ...snapshot,
    devices: snapshot.devices.map((view) => deviceWithoutPresent(view, unknown)),
    training: training && { ...training, stepSeconds: unknown, samplesPerSecond: unknown, secondsLeft: null },
    host: hostWithoutPresent(snapshot.host, unknown),
    findings: [],
  };
}

function deviceWithoutPresent(view: DeviceView, unknown: Measured): DeviceView {
  const figures: Partial<Record<DeviceFigure, Measured>> = {};
  for (const name of figureNames) if (figureRows[name].event !== true) figures[name] = unknown;
  return { ...view, ...figures, processes: null, gap: '' };
}

function hostWithoutPresent({ memoryTotalBytes }: HostView, unknown: Measured): HostView {
  return {
    cpuUtil: unknown,
    processUtil: unknown,
    memoryUsedBytes: unknown,
    memoryTotalBytes,
    processMemoryBytes: unknown,
  };
}
