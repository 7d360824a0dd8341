import { absent } from '../../model/measured.ts';
import { plural } from '../../model/numbers.ts';
import { noDetails } from '../details.ts';
import type { HostView, Snapshot } from '../snapshot.ts';
import { totalOf } from '../statistics.ts';
import { deviceViews } from './device-view.ts';
import type { TargetDraft } from './drafts.ts';
import type { HostDraft } from './join-hosts.ts';
import { fleetTraining, trainingTitle } from './training.ts';
import type { AbsentFigures } from './why-absent.ts';

const onlyOurs = Object.freeze(absent('Only `warpwatch serve` on that host tells it.'));
const noProcess = Object.freeze(absent('It is of a program that is watched; look at it on that host.'));

/**
 * A host as a dashboard shows it, without histories.
 * @param close whether everything was asked for, and not only the overview
 */
export function hostSnapshot(host: HostDraft, absences: AbsentFigures, close = false): Snapshot {
  const devices = deviceViews(host, absences, close);
  const { targets } = host;
  return {
    title: trainingTitle(host),
    state: 'running',
    message: '',
    elapsedSeconds: 0,
    devices,
    kernels: [],
    training: fleetTraining(host),
    host: hostView(host),
    whyNoGpu: devices.length > 0 ? [] : whyNoGpu(host),
    sourceTroubles: devices.length > 0 ? troubles(host) : [],
    findings: [...each(targets, ({ findings }) => findings).values()],
    details: noDetails,
    lostRecords: totalOf([...each(targets, ({ lostRecords }) => lostRecords).values()]),
    damage: [],
  };
}

/** Of all addresses, each once: two jobs may scrape one exporter. */
function each<Value>(
  targets: readonly TargetDraft[],
  pick: (target: TargetDraft) => ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  return new Map(targets.flatMap((target) => [...pick(target)]));
}

function hostView({ targets }: HostDraft): HostView {
  const told = targets.map(({ host }) => host);
  return {
    cpuUtil: told.find(({ cpuUtil }) => cpuUtil)?.cpuUtil ?? onlyOurs,
    processUtil: noProcess,
    memoryUsedBytes: told.find(({ memoryUsedBytes }) => memoryUsedBytes)?.memoryUsedBytes ?? onlyOurs,
    memoryTotalBytes: told.find(({ memoryTotalBytes }) => memoryTotalBytes)?.memoryTotalBytes ?? null,
    processMemoryBytes: noProcess,
  };
}

function whyNoGpu(host: HostDraft): readonly string[] {
  const said = troubles(host);
  return said.length > 0 ? said : [`${host.exporters.join(' and ')} on ${host.name} tells of no GPU.`];
}

function troubles({ targets, omittedDevices }: HostDraft): readonly string[] {
  const dead = [...new Set(targets.flatMap(({ deadSources }) => [...deadSources]))];
  const said = dead.map(
    (source) =>
      `${source} gives no figures on that host (warpwatch_source_up is 0); \`warpwatch devices\` there says why.`,
  );
  return omittedDevices === 0 ? said : [...said, `${plural(omittedDevices, 'GPU')} more are not shown.`];
}
