import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Who a process is, as far as /proc tells. */
export interface ProcessIdentity {
  readonly name: string;
  readonly command: string;
  readonly user: string;
  readonly parent: number | null;
  readonly container: string;
}

interface Known {
  /** Clock ticks since boot at which it started: a number that comes again is another process. */
  readonly started: string;
  readonly identity: ProcessIdentity;
}

/** A command line may be megabytes long. */
const longestCommand = 4096;
/** Docker, containerd, CRI-O and podman all name a container's group by 64 hexadecimal digits; 12 are its short id. */
const containerName = /[0-9a-f]{64}/g;
const shortContainerName = 12;

/** Names of processes out of /proc, kept while they live. */
export class ProcessNames {
  readonly #root: string;
  readonly #known = new Map<number, Known>();
  #users: ReadonlyMap<string, string> | null = null;

  /** @param root where `proc` and `etc` are; for tests */
  constructor(root = '/') {
    this.#root = root;
  }

  /** The process, or null where /proc has none: it has ended, or lives in another PID namespace. */
  async identityOf(pid: number): Promise<ProcessIdentity | null> {
    const stat = parseStat(this.#read(`${pid}/stat`));
    if (stat === null) {
      this.#known.delete(pid);
      return null;
    }
    const known = this.#known.get(pid);
    if (known?.started === stat.started) return known.identity;
    const [command, status, cgroup] = await Promise.all(
      // Not on the main thread: the kernel may make who reads a command line wait for the process.
      ['cmdline', 'status', 'cgroup'].map((file) => this.#readLater(`${pid}/${file}`)),
    );
    const identity = {
      name: stat.name,
      command: parseCommand(command ?? ''),
      user: this.#userOf(status ?? ''),
      parent: stat.parent,
      container: parseContainer(cgroup ?? ''),
    };
    this.#known.set(pid, { started: stat.started, identity });
    return identity;
  }

  /** Forgets all but these. */
  keepOnly(pids: ReadonlySet<number>): void {
    for (const pid of this.#known.keys()) if (!pids.has(pid)) this.#known.delete(pid);
  }

  #userOf(status: string): string {
    const id = /^Uid:\s+(\d+)/m.exec(status)?.[1];
    if (id === undefined) return '';
    this.#users ??= parsePasswd(this.#readEtc());
    return this.#users.get(id) ?? id;
  }

  #readEtc(): string {
    return readOrEmpty(join(this.#root, 'etc/passwd'));
  }

  #read(path: string): string {
    return readOrEmpty(join(this.#root, 'proc', path));
  }

  async #readLater(path: string): Promise<string> {
    return readFile(join(this.#root, 'proc', path), 'utf8').catch(() => '');
  }
}

/**
 * Fields of /proc/PID/stat (proc_pid_stat(5)); null for what is none. The name stands in brackets and may itself hold
 * brackets and spaces.
 */
export function parseStat(
  text: string,
): { readonly name: string; readonly parent: number | null; readonly started: string } | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const [, parent = '', ...rest] = text.slice(close + 2).split(' ');
  const started = rest[17];
  if (started === undefined) return null;
  const parentId = Number(parent);
  return {
    name: text.slice(open + 1, close),
    parent: Number.isSafeInteger(parentId) && parentId > 0 ? parentId : null,
    started,
  };
}

/** Arguments of a command line end with zero bytes. */
export function parseCommand(text: string): string {
  return text.slice(0, longestCommand).replace(/\0+$/, '').replaceAll('\0', ' ');
}

/** Short id of the innermost container that a process is in, by its control groups; '' for none. */
export function parseContainer(cgroup: string): string {
  return cgroup.match(containerName)?.at(-1)?.slice(0, shortContainerName) ?? '';
}

/** Login names by user id. */
export function parsePasswd(text: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [name, , id] = line.split(':');
    if (name !== undefined && id !== undefined && !names.has(id)) names.set(id, name);
  }
  return names;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
