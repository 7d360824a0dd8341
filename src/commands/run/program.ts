import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type ElfFacts, examineElf } from './elf.ts';

/** Exit codes of shells, for a program that does not start. */
export const notExecutable = 126;
export const notFound = 127;

/** The program that a command names, as far as its file tells. */
export interface Program {
  readonly path: string;
  /** Sentences on what may keep the agent out; told where no kernels came. */
  readonly obstacles: readonly string[];
}

/** Enough for the headers of an ELF file, or the first line of a script. */
const headBytes = 65_536;

/** Finds a program as a shell would, before anything is made for it. */
export function findProgram(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Program | { readonly exitCode: number; readonly why: string } {
  const candidates = name.includes('/')
    ? [name]
    : (environment['PATH'] ?? '/usr/bin:/bin').split(delimiter).map((folder) => join(folder || '.', name));
  const files = candidates.filter(isFile);
  const path = files.find(isExecutable);
  if (path !== undefined) return { path, obstacles: obstaclesOf(path, environment) };
  const [file] = files;
  if (file !== undefined) {
    return {
      exitCode: notExecutable,
      why: `${file} is not executable: allow it with chmod +x, or name its interpreter before it.`,
    };
  }
  const [first = name] = candidates;
  if (name.includes('/') && statSync(first, { throwIfNoEntry: false })?.isDirectory()) {
    return { exitCode: notExecutable, why: `${name} is a directory: name a program.` };
  }
  return {
    exitCode: notFound,
    why: `There is no program "${name}"${name.includes('/') ? '' : ' on the PATH'}.`,
  };
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function obstaclesOf(path: string, environment: Readonly<Record<string, string | undefined>>): string[] {
  const { mode, uid, gid } = statSync(path);
  const otherUser = (mode & 0o4000) !== 0 && uid !== process.getuid?.();
  const otherGroup = (mode & 0o2000) !== 0 && gid !== process.getgid?.();
  const head = readHead(path);
  return [
    ...(otherUser || otherGroup
      ? [
          `${path} is set-uid: the loader cleans the environment of such programs, so the agent may not reach it; run warpwatch as the other user instead, as in sudo warpwatch run.`,
        ]
      : []),
    ...elfObstacles(path, examineElf(head)),
    ...interpreterObstacles(head, environment),
  ];
}

function elfObstacles(path: string, elf: ElfFacts | null): string[] {
  if (elf === null) return [];
  if (elf.bits === 32) return [`${path} is a 32-bit program: the agent is for 64-bit programs.`];
  if (elf.static) {
    return [
      `${path} is linked statically, without a dynamic loader: CUDA's driver library, and with it the agent, cannot be loaded into it.`,
    ];
  }
  return [];
}

/** A script is as good as what runs it. */
function interpreterObstacles(
  head: Buffer,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  const [, first, second] = /^#!\s*(\S+)(?:[ \t]+(\S+))?/.exec(head.toString('latin1', 0, 256)) ?? [];
  if (first === undefined) return [];
  const name = first.endsWith('/env') && second !== undefined ? second : first;
  if (name.startsWith('-')) return [];
  const found = findInterpreter(name, environment);
  return found === null ? [] : elfObstacles(found, examineElf(readHead(found)));
}

function findInterpreter(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  const folders = name.includes('/') ? [''] : (environment['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => (folder === '' ? name : join(folder, name))).find(isExecutable) ?? null;
}

/** The first bytes of a file; none where it may be run but not read. */
function readHead(path: string): Buffer {
  const buffer = Buffer.alloc(headBytes);
  try {
    const file = openSync(path, 'r');
    try {
      return buffer.subarray(0, readSync(file, buffer, 0, headBytes, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return Buffer.alloc(0);
  }
}
