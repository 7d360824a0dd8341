import type { DeviceCalls } from './calls.ts';
import type { Figures, Question, Tier } from './figures.ts';
import { noValue, type Reading } from './reading.ts';
import { returnCodes, whyOf } from './return-codes.ts';

/** What a device does not give now it rarely gives later: it is asked again after so long. */
const askAgainMs = 60_000;
/** Codes after which asking with the next tick is in vain. */
const lasting: readonly number[] = [
  returnCodes.notSupported,
  returnCodes.noPermission,
  returnCodes.functionNotFound,
];
/** Codes that say that an older form of the same call may do. */
const tryOlder: readonly number[] = [returnCodes.versionMismatch, returnCodes.functionNotFound];

/** Reads the figures of one row for one device; it remembers which form works, and when to ask again. */
export class FigureReader {
  readonly #figures: Figures;
  readonly #questions: readonly Question[];
  readonly #missing: string;
  #form = 0;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  /** @param driver the driver's version, for sentences */
  constructor(figures: Figures, calls: DeviceCalls, driver: string) {
    this.#figures = figures;
    this.#questions = figures.questions.filter(({ name }) => calls.library.has(name));
    this.#missing = missingFunction(figures.questions[0]?.name ?? '', driver);
  }

  get tier(): Tier {
    return this.#figures.tier;
  }

  /** Readings of now; none where the last absence still holds. */
  async read(calls: DeviceCalls, handle: bigint, nowMs: number): Promise<readonly Reading[]> {
    if (nowMs < this.#notBeforeMs) return [];
    const question = this.#questions[this.#form];
    if (question === undefined) {
      this.#notBeforeMs = Number.POSITIVE_INFINITY;
      return this.#none(this.#missing);
    }
    const code = await question.ask(calls, handle);
    if (code === returnCodes.success) return question.read(calls.view);
    if (tryOlder.includes(code) && this.#form + 1 < this.#questions.length) {
      this.#form += 1;
      return this.read(calls, handle, nowMs);
    }
    if (lasting.includes(code)) this.#notBeforeMs = nowMs + askAgainMs;
    const unsupported = code === returnCodes.notSupported ? this.#figures.unsupported : undefined;
    return this.#none(unsupported ?? whyOf(code, question.name));
  }

  /** Forgets when to ask again, as after a time in which the device gave nothing at all. */
  restart(): void {
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
  }

  #none(why: string): readonly Reading[] {
    return this.#figures.metrics.map((metric) => noValue(metric, why));
  }
}

/** Why a figure is not there where the driver lacks the function for it. */
export function missingFunction(name: string, driver: string): string {
  return `This driver (${driver}) has no ${name}; a newer driver may have it.`;
}
