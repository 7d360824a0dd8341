import { quote } from './bytes.ts';
import type { EventScanner } from './event.ts';
import { ByteInterner } from './interner.ts';

/** More threads than a training has; those beyond share the last entry. */
const mostThreads = 1 << 16;
/** Numbers of interned names are below it, by the room that those have. */
const idRange = 2 ** 26;
const moreThreads = '(more threads)';
/** Kineto's way to name a thread: its number and the name of the program. */
const kinetoName = /^thread (\S+) \((.*)\)$/s;

/** The host threads of a trace, by process and thread as they are written: numbers or texts. */
export class ThreadTable {
  readonly #ids = new ByteInterner();
  /** Index by key, in the order of indices. */
  readonly #threads = new Map<number, number>();
  readonly #names = new Map<number, number>();
  #lastKey = -1;
  #lastThread = 0;

  /** Index of the thread that an event belongs to. */
  of(bytes: Uint8Array, event: EventScanner): number {
    const pid = this.#idAt(bytes, event.pid);
    const tid = this.#idAt(bytes, event.tid);
    const key = keyOf(pid, tid);
    if (key === this.#lastKey) return this.#lastThread;
    let thread = this.#threads.get(key);
    if (thread === undefined) {
      thread = Math.min(this.#threads.size, mostThreads);
      if (this.#threads.size <= mostThreads) this.#threads.set(key, thread);
    }
    this.#lastKey = key;
    this.#lastThread = thread;
    return thread;
  }

  /** Notes the name of a thread; also of device streams, which stand in the same list. */
  name(bytes: Uint8Array, event: EventScanner, name: number): void {
    this.#names.set(keyOf(this.#idAt(bytes, event.pid), this.#idAt(bytes, event.tid)), name);
  }

  /** The threads' names by index. */
  list(textOf: (name: number) => string): string[] {
    const keys = [...this.#threads.keys()];
    const severalProcesses = new Set(keys.map((key) => Math.floor(key / idRange))).size > 1;
    return keys.map((key, index) => {
      if (index === mostThreads) return moreThreads;
      const name = this.#names.get(key);
      const own = nameOf(this.#ids.text(key % idRange), name === undefined ? '' : textOf(name));
      return severalProcesses ? `${this.#ids.text(Math.floor(key / idRange))}/${own}` : own;
    });
  }

  #idAt(bytes: Uint8Array, at: number): number {
    if (at < 0) return this.#ids.intern(bytes, 0, 0);
    const start = bytes[at] === quote ? at + 1 : at;
    let end = start;
    for (let byte = bytes[end] as number; byte > 0x20 && byte !== 0x2c && byte !== 0x7d && byte !== quote; ) {
      byte = bytes[++end] as number;
    }
    return this.#ids.intern(bytes, start, end);
  }
}

function keyOf(pid: number, tid: number): number {
  return pid * idRange + tid;
}

/** `25738` for Kineto's `thread 25738 (python3.8)`; a name that somebody gave comes behind the number. */
function nameOf(id: string, given: string): string {
  const [, number, program = ''] = kinetoName.exec(given) ?? [];
  if (number !== undefined)
    return /^(?:python|pt_main)/.test(program) || program === '' ? id : `${id} ${program}`;
  return given === '' || given === id ? id : `${id} ${given}`;
}
