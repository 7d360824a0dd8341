import type { HostRangeKind } from '../../../src/model/timeline.ts';

interface OpenRange {
  readonly name: number;
  readonly kind: HostRangeKind;
  readonly startNs: number;
}

/** Deeper nesting is damage: an end is missing each time round a loop. */
const mostOpen = 1 << 16;

/** Host ranges that are written as a begin and an end, by thread. */
export class OpenRanges {
  readonly #threads = new Map<number, OpenRange[]>();
  /** Ranges whose end has not come; with those that there was no room for. */
  count = 0;

  begin(thread: number, name: number, kind: HostRangeKind, startNs: number): void {
    this.count++;
    if (this.count > mostOpen) return;
    const open = this.#threads.get(thread);
    if (open === undefined) this.#threads.set(thread, [{ name, kind, startNs }]);
    else open.push({ name, kind, startNs });
  }

  /** Takes the innermost open range of the thread. */
  end(thread: number): OpenRange | undefined {
    const range = this.#threads.get(thread)?.pop();
    if (range !== undefined) this.count--;
    return range;
  }
}
