import type { HostRangeKind } from '../../../src/model/timeline.ts';
import type { ByteInterner } from './interner.ts';

/** Calls that put work on a device and come back; a plain `cudaMemcpy` waits for it and is host work too. */
const launchCall = /Launch|Mem(?:cpy|set|Prefetch).*Async/;
const stepName = /^ProfilerStep#(\d{1,15})$/;

interface Facts {
  readonly isLaunch: boolean;
  readonly step: number;
}

/** What names of host events mean, each looked at once, and the list of names that host ranges refer to. */
export class HostNames {
  readonly list: { readonly name: string; readonly kind: HostRangeKind }[] = [];
  readonly #names: ByteInterner;
  readonly #facts: (Facts | undefined)[] = [];
  /** Three places a name, one for each kind. */
  readonly #indices: (number | undefined)[] = [];

  constructor(names: ByteInterner) {
    this.#names = names;
  }

  /** Whether a call of the driver hands work to a device. */
  isLaunch(name: number): boolean {
    return this.#factsOf(name).isLaunch;
  }

  /** Number of the step that the range is, or NaN. */
  stepNumber(name: number): number {
    return this.#factsOf(name).step;
  }

  /** Index in `list`. */
  indexOf(name: number, kind: HostRangeKind): number {
    const place = 3 * name + (kind === 'operator' ? 0 : kind === 'runtime' ? 1 : 2);
    const known = this.#indices[place];
    if (known !== undefined) return known;
    const index = this.list.push({ name: this.#names.text(name), kind }) - 1;
    this.#indices[place] = index;
    return index;
  }

  #factsOf(name: number): Facts {
    const known = this.#facts[name];
    if (known !== undefined) return known;
    const text = this.#names.text(name);
    const step = stepName.exec(text);
    const facts = { isLaunch: launchCall.test(text), step: step === null ? Number.NaN : Number(step[1]) };
    this.#facts[name] = facts;
    return facts;
  }
}
