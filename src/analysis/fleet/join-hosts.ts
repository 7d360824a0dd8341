import {
  absorb,
  type DeviceDraft,
  type ExporterId,
  exporterIds,
  mostDevices,
  type TargetDraft,
  type TargetKey,
} from './drafts.ts';
import { tidy } from './labels.ts';

/** One machine, as all that scrape it tell. */
export interface HostDraft {
  readonly name: string;
  readonly targets: readonly TargetDraft[];
  /** The most trusted first. */
  readonly exporters: readonly ExporterId[];
  readonly devices: readonly DeviceDraft[];
  readonly omittedDevices: number;
}

type GpuLabels = Pick<DeviceDraft, 'uuid' | 'gpu' | 'mig'>;

/** What redacted pages hold in place of a UUID. */
const noUuid = /^[0-]*$/;

/**
 * Makes hosts of addresses: those that see the same GPU are one machine, and so are those of one name, unless their GPUs
 * say otherwise. What is told by the most trusted comes first, and gives the name.
 */
export function joinHosts(targets: readonly TargetDraft[]): readonly HostDraft[] {
  const hosts: { readonly name: string; readonly targets: TargetDraft[] }[] = [];
  const byName = new Map<string, TargetDraft[]>();
  const byUuid = new Map<string, TargetDraft[]>();
  for (const target of sortByTrust(targets)) {
    const uuids = [...target.devices.values()].map(uuidOf).filter((uuid) => uuid !== '');
    const seen = uuids.find((uuid) => byUuid.has(uuid));
    let name = hostName(target.key);
    const namesake = byName.get(name);
    if (seen === undefined && namesake?.some((other) => areOther(other, target))) {
      name = `${name} (${addressOf(target.key)})`;
    }
    let own = seen === undefined ? byName.get(name) : byUuid.get(seen);
    if (own === undefined) {
      own = [];
      hosts.push({ name, targets: own });
    }
    own.push(target);
    if (!byName.has(name)) byName.set(name, own);
    for (const uuid of uuids) if (!byUuid.has(uuid)) byUuid.set(uuid, own);
  }
  return hosts.map(({ name, targets: own }) => hostOf(name, own));
}

/** Whether two that see no GPU in common are two machines: their exporters are alike, and each has GPUs at an address of its own. */
function areOther(one: TargetDraft, other: TargetDraft): boolean {
  const tells = ({ devices }: TargetDraft): boolean =>
    [...devices.values()].some((gpu) => uuidOf(gpu) !== '');
  return (
    rankOf(one) === rankOf(other) && addressOf(one.key) !== addressOf(other.key) && tells(one) && tells(other)
  );
}

/** How a machine is called by an address: its own word, then its exporter's, then where it is scraped; and its cluster. */
export function hostName(key: TargetKey): string {
  const { host, hostname, node, cluster } = key;
  const name = tidy(host || hostname || node) || addressOf(key) || 'without a name';
  return cluster === '' ? name : `${name} (${tidy(cluster)})`;
}

/** Where it is scraped, without the port. */
function addressOf({ instance }: TargetKey): string {
  return tidy(instance.replace(/:\d+$/, ''));
}

/** Of equal ones by address: answers come in any order. */
function sortByTrust(targets: readonly TargetDraft[]): readonly TargetDraft[] {
  const ranked = targets.map((target) => ({ target, rank: rankOf(target) }));
  return ranked
    .sort(
      (one, other) =>
        one.rank - other.rank || compareText(one.target.key.instance, other.target.key.instance),
    )
    .map(({ target }) => target);
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function rankOf({ exporters }: TargetDraft): number {
  return exporterIds.findIndex((id) => exporters.has(id));
}

/** Without what exporters put before it or leave out; '' for none. */
function uuidOf({ uuid }: GpuLabels): string {
  const bare = uuid.toLowerCase().replace(/^gpu-/, '');
  return noUuid.test(bare) ? '' : bare;
}

function hostOf(name: string, targets: readonly TargetDraft[]): HostDraft {
  const exporters = exporterIds.filter((id) => targets.some((target) => target.exporters.has(id)));
  const [only] = targets;
  const joined = targets.length === 1 && only ? [...only.devices.values()] : joinDevices(targets);
  for (const device of joined) if (device.mig !== '') adopt(device, joined);
  const devices = joined.sort(compare).slice(0, mostDevices);
  return { name, targets, exporters, devices, omittedDevices: joined.length - devices.length };
}

/** GPUs of several addresses, each once. */
function joinDevices(targets: readonly TargetDraft[]): DeviceDraft[] {
  const joined: DeviceDraft[] = [];
  for (const { devices } of targets) {
    // Exporters count MIG devices each in its own way: only the most trusted that tells of any is heard on them.
    const hasMig = joined.some(({ mig }) => mig !== '');
    for (const device of devices.values()) {
      if (device.mig !== '' && hasMig) continue;
      const same = joined.find((other) => isSame(other, device));
      if (same === undefined) joined.push(device);
      else absorb(same, device);
    }
  }
  return joined;
}

/** Whether two are one GPU of a host: by UUID, or by number where one has none. */
export function isSame(one: GpuLabels, other: GpuLabels): boolean {
  if (one.mig !== other.mig) return false;
  const [uuid, otherUuid] = [uuidOf(one), uuidOf(other)];
  return uuid !== '' && otherUuid !== '' ? uuid === otherUuid : one.gpu !== '' && one.gpu === other.gpu;
}

/** A MIG device whose exporter tells only the UUID of its GPU gets the rest from that GPU. */
function adopt(device: DeviceDraft, all: readonly DeviceDraft[]): void {
  const parent = all.find(({ uuid, mig }) => mig === '' && uuid === device.uuid);
  device.gpu ||= parent?.gpu ?? '';
  device.model ||= parent?.model ?? '';
  device.computeCapability ||= parent?.computeCapability ?? '';
}

function compare(one: DeviceDraft, other: DeviceDraft): number {
  return numberOf(one.gpu) - numberOf(other.gpu) || one.mig.localeCompare(other.mig, 'en', { numeric: true });
}

function numberOf(gpu: string): number {
  return /^\d+$/.test(gpu) ? Number(gpu) : Number.MAX_SAFE_INTEGER;
}
