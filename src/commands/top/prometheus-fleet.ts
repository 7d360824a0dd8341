import {
  exporterMetrics,
  PrometheusClient,
  parseAddress,
  parseInstant,
  tokenVariable,
} from '../../../collectors/prometheus/index.ts';
import { repeat } from '../../../collectors/repeat.ts';
import type { TargetKey } from '../../analysis/fleet/drafts.ts';
import type { FleetMember, FleetMoment, FleetSource } from '../../analysis/fleet/fleet.ts';
import { gather, targetKey } from '../../analysis/fleet/gather.ts';
import { TargetsHealth } from '../../analysis/fleet/health.ts';
import { joinHosts } from '../../analysis/fleet/join-hosts.ts';
import { FleetMembers } from '../../analysis/fleet/members.ts';
import { healthQuery, overviewQuery, rememberedQuery } from '../../analysis/fleet/queries.ts';
import { readersOf } from '../../analysis/fleet/readers.ts';
import { absentFigures } from '../../analysis/fleet/why-absent.ts';
import { messageOf } from '../../model/errors.ts';
import { shortTime } from '../../model/numbers.ts';
import { HostCloseUp } from './host-close-up.ts';

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
  readonly #intervalMs: number;
  readonly #readers = readersOf(exporterMetrics);
  readonly #members = new FleetMembers(absentFigures(this.#readers));
  readonly #ticks: { stop(): void };

  #remembered: readonly TargetKey[] = [];
  #rememberedMs = Number.NEGATIVE_INFINITY;
  #lookedMs: number | null = null;
  /** Unix time of the last answer by its server's clock. */
  #atSeconds: number | null = null;
  #host: string | null = null;
  #looksCloser = false;
  #trouble = '';
  #warnings: readonly string[] = [];

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
    this.#timing = timing;
    this.#intervalMs = Math.max(timing.leastIntervalMs, intervalMs);
    this.firstLook = this.#look();
    this.#ticks = repeat(
      this.#intervalMs,
      this.#intervalMs,
      async () => this.firstLook.then(() => this.#look()),
      (error) => process.emitWarning(`a look at the fleet failed: ${messageOf(error)}`),
    );
  }

  moment(host: string | null): FleetMoment {
    const nowMs = performance.now();
    if (host !== this.#host) {
      this.#host = host;
      this.#lookCloser();
    }
    const members = this.#members.members(nowMs, this.#isStale(nowMs) ? this.#trouble : '');
    const near = host === null ? null : this.#closeUp.snapshotOf(host);
    const withNear = (member: FleetMember): FleetMember => {
      if (near === null || member.host !== host) return member;
      // What the addresses of a host do is told by the overview alone.
      const { sourceTroubles } = member.snapshot ?? near;
      return { ...member, snapshot: { ...near, sourceTroubles } };
    };
    return {
      from: `prometheus ${this.#shown}`,
      troubles: this.#troubles(nowMs, members.length === 0),
      members: near === null ? members : members.map(withNear),
      omittedHosts: this.#members.omittedHosts,
    };
  }

  close(): void {
    this.#ticks.stop();
    this.#client.close();
  }

  async #look(): Promise<void> {
    try {
      const nowMs = performance.now();
      if (nowMs - this.#rememberedMs > this.#timing.rememberIntervalMs) await this.#remember();
      const jobs = [...new Set(this.#remembered.map(({ job }) => job))];
      const [overview, health] = await Promise.all([
        this.#client.instant(overviewQuery(this.#readers, this.#match)),
        this.#client.instant(healthQuery(jobs, this.#match)),
      ]);
      const answer = parseInstant(overview);
      const { targets } = gather(answer.samples, this.#readers);
      this.#lookedMs = performance.now();
      this.#members.look(
        {
          hosts: joinHosts(targets),
          remembered: this.#remembered,
          health: new TargetsHealth(parseInstant(health).samples),
          atSeconds: answer.atSeconds,
        },
        this.#lookedMs,
      );
      this.#atSeconds = answer.atSeconds;
      this.#warnings = answer.warnings;
      this.#trouble = '';
      this.#lookCloser();
    } catch (error) {
      this.#trouble = messageOf(error);
    }
  }

  /** Brings more of the host that is looked at; nobody waits for it. */
  async #lookCloser(): Promise<void> {
    const [host, atSeconds] = [this.#host, this.#atSeconds];
    if (host === null || atSeconds === null || this.#looksCloser) return;
    this.#looksCloser = true;
    try {
      await this.#closeUp.look(host, this.#members.targetsOf(host), atSeconds);
    } catch (error) {
      this.#trouble = messageOf(error);
    } finally {
      this.#looksCloser = false;
    }
    if (this.#host !== host) await this.#lookCloser();
  }

  async #remember(): Promise<void> {
    const { samples } = parseInstant(await this.#client.instant(rememberedQuery(this.#match)));
    this.#remembered = samples.map(({ labels }) => targetKey(labels));
    this.#rememberedMs = performance.now();
  }

  #isStale(nowMs: number): boolean {
    const bound = Math.max(this.#timing.staleMs, staleIntervals * this.#intervalMs);
    return this.#trouble !== '' && this.#lookedMs !== null && nowMs - this.#lookedMs > bound;
  }

  #troubles(nowMs: number, isEmpty: boolean): readonly string[] {
    const warnings = this.#warnings.map((warning) => `${this.#shown} warns: ${warning}`);
    if (this.#trouble === '') {
      return isEmpty && this.#lookedMs !== null ? [this.#whyEmpty(), ...warnings] : warnings;
    }
    const age =
      this.#lookedMs === null ? '' : ` What is shown is ${shortTime((nowMs - this.#lookedMs) / 1e3)} old.`;
    return [`${this.#trouble}${age}`, ...warnings];
  }

  #whyEmpty(): string {
    const narrowed = this.#match === '' ? '' : ', or --match leaves none over';
    return `${this.#shown} holds no metric of a GPU${narrowed}; let it scrape \`warpwatch serve\`, dcgm-exporter or nvidia_gpu_exporter.`;
  }
}
