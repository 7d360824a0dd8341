import { plural } from '../../model/numbers.ts';
import type { Snapshot } from '../snapshot.ts';
import type { TargetKey } from './drafts.ts';
import type { FleetMember } from './fleet.ts';
import { place, type TargetsHealth, wholeKey } from './health.ts';
import { hostSnapshot } from './host-snapshot.ts';
import { type HostDraft, hostName } from './join-hosts.ts';
import { tidy } from './labels.ts';
import type { AbsentFigures } from './why-absent.ts';

/** More would fill neither a screen nor a head. */
const mostHosts = 2000;
/** A host that nobody speaks of is remembered for this long. */
const rememberMs = 3600e3;

interface Entry {
  readonly host: string;
  exporters: readonly string[];
  /** The addresses that told of it last. */
  targets: readonly TargetKey[];
  condition: FleetMember['condition'];
  why: string;
  snapshot: Snapshot | null;
  /** When its newest figures were taken; null where there are none, or nobody says. */
  sampledMs: number | null;
  /** When it was last spoken of. */
  spokenMs: number;
}

/** One look at the fleet. */
export interface FleetLook {
  readonly hosts: readonly HostDraft[];
  /** Addresses that told of a GPU of late. */
  readonly remembered: readonly TargetKey[];
  readonly health: TargetsHealth;
  /** Unix time of the answer by its server's clock; null where it is empty. */
  readonly atSeconds: number | null;
}

/** What is known of each host, from look to look. Times are of one steady clock, in milliseconds. */
export class FleetMembers {
  readonly #absences: AbsentFigures;
  readonly #entries = new Map<string, Entry>();
  #omitted = 0;

  constructor(absences: AbsentFigures) {
    this.#absences = absences;
  }

  /** Hosts beyond what is kept. */
  get omittedHosts(): number {
    return this.#omitted;
  }

  /** The addresses that a host is told of by; empty for one that is not known. */
  targetsOf(host: string): readonly TargetKey[] {
    return this.#entries.get(host)?.targets ?? [];
  }

  /** Takes in what was just answered. */
  look(look: FleetLook, nowMs: number): void {
    this.#omitted = 0;
    const missed = new Set(look.remembered.map(wholeKey));
    const hosts = this.#named(look.hosts);
    const spoken = new Set(hosts.keys());
    // First of all, so that those that have vanished make room.
    for (const entry of this.#entries.values()) {
      if (!spoken.has(entry.host)) this.#judge(entry, look.health, nowMs);
    }
    for (const [name, host] of hosts) {
      const entry = this.#entryOf(name, nowMs);
      if (entry !== null) this.#take(entry, host, look, missed, nowMs);
    }
    this.#remember(look, spoken, nowMs);
  }

  /**
   * @param silence why the source as a whole says nothing any more; '' while it does
   */
  members(nowMs: number, silence: string): readonly FleetMember[] {
    return [...this.#entries.values()].map((entry) => {
      const { host, exporters, condition, why, snapshot, sampledMs } = entry;
      const silent = silence !== '' && condition === 'up';
      return {
        host,
        exporters,
        condition: silent ? 'down' : condition,
        why: silent ? silence : why,
        ageSeconds: sampledMs === null ? null : Math.max(0, nowMs - sampledMs) / 1e3,
        snapshot,
      };
    });
  }

  /** Hosts by name. One keeps its name while an address of it speaks: the one that gave the name may have fallen silent. */
  #named(hosts: readonly HostDraft[]): ReadonlyMap<string, HostDraft> {
    const before = new Map<string, string>();
    for (const { host, targets } of this.#entries.values()) {
      for (const key of targets) before.set(wholeKey(key), host);
    }
    const named = new Map(hosts.map((host) => [host.name, host]));
    for (const host of hosts) {
      const name = host.targets
        .map(({ key }) => before.get(wholeKey(key)))
        .find((known) => known !== undefined);
      if (name === undefined || named.has(name)) continue;
      named.delete(host.name);
      named.set(name, host);
    }
    return named;
  }

  #take(entry: Entry, host: HostDraft, look: FleetLook, missed: ReadonlySet<string>, nowMs: number): void {
    const { health, atSeconds } = look;
    const told = host.targets.map(({ key }) => key);
    const speaking = new Set(told.map(wholeKey));
    // An exporter that fell silent beside one that speaks is still of this host.
    const silent = entry.targets.filter((key) => {
      const whole = wholeKey(key);
      return missed.has(whole) && !speaking.has(whole);
    });
    entry.targets = [...told, ...silent];
    entry.exporters = host.exporters;
    entry.condition = 'up';
    entry.why = '';
    entry.spokenMs = nowMs;
    const sampled = told.flatMap((key) => health.sampledAt(key) ?? []);
    entry.sampledMs =
      sampled.length === 0 || atSeconds === null ? null : nowMs - (atSeconds - Math.max(...sampled)) * 1e3;
    const snapshot = hostSnapshot(host, this.#absences);
    const down = silent.filter((key) => health.isUp(key) === false).map((key) => whyDown(key, health, ''));
    entry.snapshot =
      down.length === 0 ? snapshot : { ...snapshot, sourceTroubles: [...snapshot.sourceTroubles, ...down] };
  }

  /** Addresses that have been silent since before the first look. */
  #remember({ remembered, health }: FleetLook, spoken: ReadonlySet<string>, nowMs: number): void {
    const places = new Set([...this.#entries.values()].flatMap(({ targets }) => targets.map(place)));
    for (const key of remembered) {
      if (places.has(place(key))) continue;
      const name = hostName(key);
      const entry = this.#entryOf(name, nowMs);
      if (entry === null) continue;
      entry.targets = [...entry.targets, key];
      if (!spoken.has(name)) judgeSilent(entry, health, nowMs);
    }
  }

  #judge(entry: Entry, health: TargetsHealth, nowMs: number): void {
    judgeSilent(entry, health, nowMs);
    const isForgotten = entry.condition === 'vanished' && nowMs - entry.spokenMs > rememberMs;
    if (isForgotten) this.#entries.delete(entry.host);
  }

  #entryOf(host: string, nowMs: number): Entry | null {
    let entry = this.#entries.get(host);
    if (entry === undefined) {
      if (this.#entries.size >= mostHosts && !this.#forgetVanished()) {
        this.#omitted += 1;
        return null;
      }
      const condition = 'connecting';
      const nothing = { exporters: [], targets: [], why: '', snapshot: null, sampledMs: null };
      entry = { host, condition, spokenMs: nowMs, ...nothing };
      this.#entries.set(host, entry);
    }
    return entry;
  }

  /** Makes room for a host that speaks; false where all that are kept do. */
  #forgetVanished(): boolean {
    for (const { host, condition } of this.#entries.values()) {
      if (condition === 'vanished') return this.#entries.delete(host);
    }
    return false;
  }
}

/** @param old what is to be said of its last figures; '' for nothing */
function whyDown(key: TargetKey, health: TargetsHealth, old: string): string {
  const error = health.errorOf(key);
  const reason = error === '' ? '' : `: ${error}`;
  return `Prometheus cannot scrape ${tidy(key.instance)} (job ${tidy(key.job)})${reason}${old}; is its exporter running?`;
}

/** A host of which the answer holds nothing: it cannot be scraped, or is not scraped any more. */
function judgeSilent(entry: Entry, health: TargetsHealth, nowMs: number): void {
  const down = entry.targets.find((key) => health.isUp(key) === false);
  const answers = entry.targets.find((key) => health.isUp(key) === true);
  const since = `; the last figures are ${plural(Math.round((nowMs - entry.spokenMs) / 60e3), 'minute')} old`;
  const old = entry.snapshot === null ? '' : since;
  if (down !== undefined) {
    entry.condition = 'down';
    entry.why = whyDown(down, health, old);
  } else if (answers !== undefined) {
    entry.condition = 'down';
    entry.why = `The exporter at ${tidy(answers.instance)} answers but tells of no GPU any more${old}.`;
  } else {
    entry.condition = 'vanished';
    entry.why = `Prometheus does not scrape it any more${old}; was it taken out of its configuration?`;
  }
}
