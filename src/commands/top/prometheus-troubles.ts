import { mostDevices } from '../../analysis/fleet/drafts.ts';
import { plural, shortTime } from '../../model/numbers.ts';
import type { Seconds } from '../../model/units.ts';

/** What is wrong with a Prometheus, by what was asked of it. */
export class PrometheusTroubles {
  /** Why the last overview did not come; '' where it did. */
  overview = '';
  /** Why the last hour could not be looked at; ''. */
  past = '';
  /** Why a host could not be looked at closely; ''. */
  near = '';
  /** GPUs that are left out, since their address tells of more than a machine has. */
  omittedDevices = 0;
  /** What the server warned of. */
  warnings: readonly string[] = [];

  readonly #shown: string;
  readonly #match: string;

  constructor(shown: string, match: string) {
    this.#shown = shown;
    this.#match = match;
  }

  /**
   * A sentence each.
   * @param ageSeconds how old the last overview is; null where there is none
   * @param isEmpty whether there is no host to be shown
   */
  told(ageSeconds: Seconds | null, isEmpty: boolean): readonly string[] {
    if (this.overview !== '') {
      const age = ageSeconds === null ? '' : ` What is shown is ${shortTime(ageSeconds)} old.`;
      return [`${this.overview}${age}`];
    }
    const told = [
      isEmpty && ageSeconds !== null ? this.#whyEmpty() : '',
      this.past === '' ? '' : `Hosts that fell silent before are not told of: ${this.past}`,
      this.near === '' ? '' : `The host cannot be looked at closely: ${this.near}`,
      this.omittedDevices === 0
        ? ''
        : `${plural(this.omittedDevices, 'GPU')} of addresses that tell of more than ${mostDevices} are left out.`,
      ...this.warnings.map((warning) => `${this.#shown} warns: ${warning}`),
    ];
    return told.filter((sentence) => sentence !== '');
  }

  #whyEmpty(): string {
    const narrowed = this.#match === '' ? '' : ', or --match leaves none over';
    return `${this.#shown} holds no metric of a GPU${narrowed}; let it scrape \`warpwatch serve\`, dcgm-exporter or nvidia_gpu_exporter.`;
  }
}
