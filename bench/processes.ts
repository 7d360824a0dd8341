/** What processes cost, read from /proc. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Of /proc; the same on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** User and system time of a process: fields 14 and 15 of its stat. */
export function cpuSeconds(pid: string): number {
  const fields = statFields(pid);
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The most memory that a process has had resident, in MiB. */
export function peakMegabytes(pid: string): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** The first process below another whose command line holds a text, or the process itself where none does. */
export function descendant(pid: string, text: string): string {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  for (const child of children) {
    if (commandOf(child).includes(text)) return child;
    const below = descendant(child, text);
    if (below !== child) return below;
  }
  return pid;
}

/** Whether a program is on the PATH. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

function parentOf(pid: string): string {
  try {
    return statFields(pid)[1] ?? '';
  } catch {
    return '';
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function statFields(pid: string): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
