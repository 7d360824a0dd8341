import {
  exporterMetrics,
  PrometheusClient,
  parseAddress,
  parseInstant,
  parseTargets,
  tokenVariable,
} from '../../../collectors/prometheus/index.ts';
import { repeat } from '../../../collectors/repeat.ts';
import type { TargetKey } from '../../analysis/fleet/drafts.ts';
import type { FleetMember, FleetMoment, FleetSource } from '../../analysis/fleet/fleet.ts';
import { gather, targetKey } from '../../analysis/fleet/gather.ts';
import { place, TargetsHealth } from '../../analysis/fleet/health.ts';
import { joinHosts } from '../../analysis/fleet/join-hosts.ts';
import { FleetMembers } from '../../analysis/fleet/members.ts';
import { healthQuery, overviewQuery, rememberedQuery } from '../../analysis/fleet/queries.ts';
import { readersOf } from '../../analysis/fleet/readers.ts';
import { absentFigures } from '../../analysis/fleet/why-absent.ts';
import { messageOf } from '../../model/errors.ts';
import { HostCloseUp } from './host-close-up.ts';
import { PrometheusTroubles } from './prometheus-troubles.ts';

export interface PrometheusFleetOptions {
  /** `http(s)://[user:password@]host[:port][/path]` */
  readonly url: string;
  /** Matchers that narrow what is read, such as `cluster="a"`. */
  readonly match?: string | undefined;
  readonly intervalMs: number;
  /** Tests hurry. */
  readonly timing?: Partial<PrometheusTiming>;
}

/** How often and how long, in milliseconds. */
interface PrometheusTiming {
  readonly deadlineMs: number;
  /** Prometheus itself learns something new every few seconds at most. */
  readonly leastIntervalMs: number;
  /** Who told of a GPU within the last hour changes slowly, and takes a look at an hour. */
  readonly rememberIntervalMs: number;
  /** Older figures are no present any more; of a slow interval it takes three. */
  readonly staleMs: number;
}

const defaultTiming: PrometheusTiming = {
  deadlineMs: 15_000,
  leastIntervalMs: 2000,
  rememberIntervalMs: 60e3,
  staleMs: 60e3,
};
const staleIntervals = 3;

/**
 * Every host that a Prometheus scrapes GPU metrics of.
 * @throws WarpwatchError `usage` for an address or token that is none
 */
export async function openPrometheusFleet(options: PrometheusFleetOptions): Promise<FleetSource> {
  const address = parseAddress(options.url, process.env[tokenVariable] ?? '');
  const timing = { ...defaultTiming, ...options.timing };
  const client = new PrometheusClient(address, timing.deadlineMs);
  const fleet = new PrometheusFleet(client, address.shown, options, timing);
  return {
    moment: (host) => fleet.moment(host),
    firstLook: fleet.firstLook,
    close: async () => fleet.close(),
  };
}

class PrometheusFleet {
  readonly firstLook: Promise<void>;
  readonly #client: PrometheusClient;
  readonly #closeUp: HostCloseUp;
  readonly #shown: string;
  readonly #match: string;
  readonly #timing: PrometheusTiming;
  readonly #staleMs: number;
  readonly #readers = readersOf(exporterMetrics);
  readonly #members = new FleetMembers(absentFigures(this.#readers));
  readonly #ticks: { stop(): void };

  /** Why addresses fail, by `place`. */
  readonly #errors = new Map<string, string>();
  #explainedMs = Number.NEGATIVE_INFINITY;
  #remembered: readonly TargetKey[] = [];
  #rememberedMs = Number.NEGATIVE_INFINITY;
  #lookedMs: number | null = null;
  /** Unix time of the last answer by its server's clock. */
  #atSeconds: number | null = null;
  #omittedTargets = 0;
  #host: string | null = null;
  #looksCloser = false;
  readonly #troubles: PrometheusTroubles;

  constructor(
    client: PrometheusClient,
    shown: string,
    { match = '', intervalMs }: PrometheusFleetOptions,
    timing: PrometheusTiming,
  ) {
    this.#client = client;
    this.#shown = shown;
    this.#match = match.trim().replace(/^\{(.*)\}$/s, '$1');
    this.#closeUp = new HostCloseUp(client, this.#match);
    this.#troubles = new PrometheusTroubles(shown, this.#match);
    this.#timing = timing;
    const everyMs = Math.max(timing.leastIntervalMs, intervalMs);
    this.#staleMs = Math.max(timing.staleMs, staleIntervals * everyMs);
    this.firstLook = this.#look();
    this.#ticks = repeat(
      everyMs,
      everyMs,
      async () => this.firstLook.then(() => this.#look()),
      (error) => process.emitWarning(`a look at the fleet failed: ${messageOf(error)}`),
    );
  }

  moment(host: string | null): FleetMoment {
    const nowMs = performance.now();
    if (host !== this.#host) {
      this.#host = host;
      this.#troubles.near = '';
      this.#lookCloser();
    }
    const ageMs = this.#lookedMs === null ? null : nowMs - this.#lookedMs;
    const isStale = ageMs !== null && ageMs > this.#staleMs;
    const members = this.#members.members(nowMs, isStale ? this.#troubles.overview : '');
    const near = host === null ? null : this.#closeUp.snapshotOf(host);
    const withNear = (member: FleetMember): FleetMember => {
      if (near === null || member.host !== host) return member;
      // What the addresses of a host do is told by the overview alone.
      const { sourceTroubles } = member.snapshot ?? near;
      return { ...member, snapshot: { ...near, sourceTroubles } };
    };
    return {
      from: `prometheus ${this.#shown}`,
      troubles: this.#troubles.told(ageMs === null ? null : ageMs / 1e3, members.length === 0),
      members: near === null ? members : members.map(withNear),
      omittedHosts: this.#members.omittedHosts + this.#omittedTargets,
    };
  }

  close(): void {
    this.#ticks.stop();
    this.#client.close();
  }

  async #look(): Promise<void> {
    try {
      const jobs = [...new Set(this.#remembered.map(({ job }) => job))];
      const [overview, health] = await Promise.all([
        this.#overview(),
        this.#client.instant(healthQuery(jobs, this.#match)),
        this.#remember(),
      ]);
      const told = new TargetsHealth(parseInstant(health).samples, this.#errors);
      await this.#explain(told);
      const answer = parseInstant(overview.text);
      const { targets, omittedTargets, omittedDevices } = gather(answer.samples, this.#readers);
      this.#lookedMs = overview.atMs;
      this.#members.look(
        {
          hosts: joinHosts(targets),
          remembered: this.#remembered,
          health: told,
          atSeconds: answer.atSeconds,
        },
        this.#lookedMs,
      );
      this.#omittedTargets = omittedTargets;
      this.#troubles.omittedDevices = omittedDevices;
      this.#atSeconds = answer.atSeconds;
      this.#troubles.warnings = answer.warnings;
      this.#troubles.overview = '';
      this.#lookCloser();
    } catch (error) {
      this.#troubles.overview = messageOf(error);
    }
  }

  /** What is told of all, and when it came: other answers may take their time. */
  async #overview() {
    const text = await this.#client.instant(overviewQuery(this.#readers, this.#match));
    return { text, atMs: performance.now() };
  }

  /** Brings more of the host that is looked at; nobody waits for it. */
  async #lookCloser(): Promise<void> {
    const [host, atSeconds] = [this.#host, this.#atSeconds];
    if (host === null || atSeconds === null || this.#looksCloser) return;
    this.#looksCloser = true;
    try {
      await this.#closeUp.look(host, this.#members.targetsOf(host), atSeconds);
      this.#troubles.near = '';
    } catch (error) {
      this.#troubles.near = messageOf(error);
    } finally {
      this.#looksCloser = false;
    }
    if (this.#host !== host) await this.#lookCloser();
  }

  /** A server that cannot tell it can still tell the present. */
  async #remember(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#rememberedMs < this.#timing.rememberIntervalMs) return;
    this.#rememberedMs = nowMs;
    try {
      const { samples } = parseInstant(await this.#client.instant(rememberedQuery(this.#match)));
      this.#remembered = samples.map(({ labels }) => targetKey(labels));
      this.#troubles.past = '';
    } catch (error) {
      this.#troubles.past = messageOf(error);
    }
  }

  /** Asks why addresses fail, where one does; that it fails is known without it. */
  async #explain(health: TargetsHealth): Promise<void> {
    const fails = this.#remembered.some((key) => health.isUp(key) === false);
    const nowMs = performance.now();
    if (!fails || nowMs - this.#explainedMs < this.#timing.rememberIntervalMs) return;
    this.#explainedMs = nowMs;
    this.#errors.clear();
    try {
      const failed = parseTargets(await this.#client.targets());
      for (const target of failed) this.#errors.set(place(target), target.error);
    } catch {
      // What stores the metrics of several has no such list.
    }
  }
}
