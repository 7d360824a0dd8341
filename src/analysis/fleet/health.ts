import { type LabelledValue, labelOf } from '../../model/labelled.ts';
import type { TargetKey } from './drafts.ts';
import { targetKey } from './gather.ts';
import { timeMark } from './queries.ts';

/** How scraped addresses do. */
export class TargetsHealth {
  readonly #up = new Map<string, boolean>();
  readonly #sampledAt = new Map<string, number>();

  readonly #errors: ReadonlyMap<string, string>;

  /** @param errors why addresses cannot be scraped, by `place`, as far as that is known */
  constructor(samples: readonly LabelledValue[], errors: ReadonlyMap<string, string> = new Map()) {
    this.#errors = errors;
    for (const { labels, value } of samples) {
      const key = targetKey(labels);
      if (labelOf(labels, timeMark) === '') this.#up.set(place(key), value === 1);
      else if (Number.isFinite(value)) this.#sampledAt.set(wholeKey(key), value);
    }
  }

  /** Whether it could be scraped; null where Prometheus does not scrape it. */
  isUp(key: TargetKey): boolean | null {
    return this.#up.get(place(key)) ?? null;
  }

  /** Why it could not be scraped, in the words of Prometheus; '' where that is not known. */
  errorOf(key: TargetKey): string {
    return this.#errors.get(place(key)) ?? '';
  }

  /** Unix time of its last sample; null where that is not told. */
  sampledAt(key: TargetKey): number | null {
    return this.#sampledAt.get(wholeKey(key)) ?? null;
  }
}

/** What `up` and the metrics of an address have in common. */
export function place({ cluster, job, instance }: Pick<TargetKey, 'cluster' | 'job' | 'instance'>): string {
  return `${cluster}\n${job}\n${instance}`;
}

export function wholeKey({ cluster, job, instance, host, hostname, node }: TargetKey): string {
  return [cluster, job, instance, host, hostname, node].join('\n');
}
