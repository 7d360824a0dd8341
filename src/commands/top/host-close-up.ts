import {
  exporterMetrics,
  type PrometheusClient,
  parseInstant,
  parseRange,
} from '../../../collectors/prometheus/index.ts';
import { closeUp, type HostPast } from '../../analysis/fleet/close-up.ts';
import type { TargetKey } from '../../analysis/fleet/drafts.ts';
import { gather } from '../../analysis/fleet/gather.ts';
import { joinHosts } from '../../analysis/fleet/join-hosts.ts';
import { curvesQuery, hostQuery } from '../../analysis/fleet/queries.ts';
import { readersOf } from '../../analysis/fleet/readers.ts';
import { absentFigures } from '../../analysis/fleet/why-absent.ts';
import type { Snapshot } from '../../analysis/snapshot.ts';

/** What the curves go back, and how far their points are apart: about as often as most are scraped. */
const pastSeconds = 3600;
const stepSeconds = 15;
const points = pastSeconds / stepSeconds + 1;
/** A machine has an exporter or three. */
const mostTargets = 8;

/** The one host that is looked at closely. */
export class HostCloseUp {
  readonly #client: PrometheusClient;
  readonly #match: string;
  readonly #readers = readersOf(exporterMetrics);
  readonly #absences = absentFigures(this.#readers);
  #past: { readonly host: string; readonly of: HostPast } | null = null;
  #seen: { readonly host: string; readonly snapshot: Snapshot } | null = null;

  constructor(client: PrometheusClient, match: string) {
    this.#client = client;
    this.#match = match;
  }

  /** Its last close look; null where another was looked at before. */
  snapshotOf(host: string): Snapshot | null {
    return this.#seen?.host === host ? this.#seen.snapshot : null;
  }

  /**
   * Asks for everything of a host, and for its past where a point more is due.
   * @param nowSeconds Unix time by the clock of the server
   * @throws WarpwatchError as the client
   */
  async look(host: string, targets: readonly TargetKey[], nowSeconds: number): Promise<void> {
    try {
      const snapshot = await this.#ask(host, targets.slice(0, mostTargets), nowSeconds);
      this.#seen = snapshot === null ? null : { host, snapshot };
    } catch (error) {
      // The overview tells less, but of now.
      this.#seen = null;
      throw error;
    }
  }

  async #ask(host: string, targets: readonly TargetKey[], nowSeconds: number): Promise<Snapshot | null> {
    if (targets.length === 0) return null;
    const [answer, past] = await Promise.all([
      this.#client.instant(hostQuery(this.#readers, targets, this.#match)),
      this.#pastOf(host, targets, nowSeconds),
    ]);
    this.#past = { host, of: past };
    const hosts = joinHosts(gather(parseInstant(answer).samples, this.#readers).targets);
    const draft = hosts.find(({ name }) => name === host) ?? hosts[0];
    return draft === undefined ? null : closeUp(draft, past, this.#readers, this.#absences);
  }

  async #pastOf(host: string, targets: readonly TargetKey[], nowSeconds: number): Promise<HostPast> {
    const end = Math.floor(nowSeconds / stepSeconds) * stepSeconds;
    const startSeconds = end - pastSeconds;
    const known = this.#past;
    if (known?.host === host && known.of.grid.startSeconds === startSeconds) return known.of;
    const query = curvesQuery(this.#readers, targets, this.#match);
    const text = await this.#client.range(query, startSeconds, end, stepSeconds);
    return { curves: parseRange(text).curves, grid: { startSeconds, stepSeconds, points } };
  }
}
