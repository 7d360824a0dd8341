import { readdirSync, readFileSync } from 'node:fs';

/** The libraries by which a program reaches an accelerator. */
export type GpuLibrary = 'libcuda' | 'libamdhip64' | 'libtpu';

/** A process of the program, as its looks at /proc showed it. */
export interface SeenProcess {
  readonly pid: number;
  program: string;
  readonly libraries: Set<GpuLibrary>;
  /** The agent is loaded. */
  agent: boolean;
}

/** Looks come soon at first, since programs may be short, and rarely later: reading the maps of a process holds it up a little. */
const firstLooksMs = [20, 60, 150, 300, 600, 1200];
const laterLookMs = 3000;
/** Of one look; thousands of processes are looked at in turns. */
const mostPerLook = 200;
const mostSeen = 10_000;

/** Which libraries of accelerators a text like /proc/PID/maps names, and whether the agent is there. */
export function librariesIn(maps: string): { libraries: GpuLibrary[]; agent: boolean } {
  const libraries: GpuLibrary[] = [];
  if (/\/libcuda\.so/.test(maps)) libraries.push('libcuda');
  if (/\/libamdhip64\.so/.test(maps)) libraries.push('libamdhip64');
  if (/\/libtpu\.so/.test(maps)) libraries.push('libtpu');
  return { libraries, agent: /\/libwarpwatch-agent\.so/.test(maps) };
}

/** Watches the processes of a program now and then, for what they load. */
export class ProcessTree {
  readonly seen = new Map<number, SeenProcess>();
  /** Processes that were looked into. */
  looks = 0;
  readonly #root: number;
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;

  constructor(root: number) {
    this.#root = root;
    this.#next(0);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #next(at: number): void {
    this.#timer = setTimeout(() => {
      this.look();
      this.#next(at + 1);
    }, firstLooksMs[at] ?? laterLookMs).unref();
  }

  look(): void {
    const pids = this.#descendants();
    // Those that have the agent hold no more news.
    const open = pids.filter((pid) => this.seen.get(pid)?.agent !== true);
    const from = open.length > mostPerLook ? (this.#turn++ * mostPerLook) % open.length : 0;
    for (const pid of open.slice(from, from + mostPerLook)) this.#examine(pid);
  }

  #examine(pid: number): void {
    try {
      const { libraries, agent } = librariesIn(readFileSync(`/proc/${pid}/maps`, 'latin1'));
      const program = readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();
      let process = this.seen.get(pid);
      if (process === undefined) {
        if (this.seen.size >= mostSeen) return;
        process = { pid, program, libraries: new Set(), agent: false };
        this.seen.set(pid, process);
      }
      process.program = program;
      process.agent ||= agent;
      for (const library of libraries) process.libraries.add(library);
      this.looks++;
    } catch {
      // It ended, or is another user's.
    }
  }

  #descendants(): number[] {
    const pids = [this.#root];
    for (let at = 0; at < pids.length && pids.length < mostSeen; at++)
      pids.push(...childrenOf(pids[at] ?? 0));
    return pids;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
