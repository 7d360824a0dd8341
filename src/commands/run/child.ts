import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { systemErrorCode } from '../../model/errors.ts';
import { notExecutable, notFound } from './program.ts';

/** How a program ended. */
export interface ChildEnd {
  /** As a shell has it: the program's own, or 128 and the signal, 126 and 127 where it did not start. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
  /** Why it did not start, or null. */
  readonly whyNot: string | null;
}

export interface RunningChild {
  readonly program: ChildProcess;
  /** How it ended, or null while it runs. */
  readonly end: ChildEnd | null;
  readonly ended: Promise<ChildEnd>;
}

/** Sent to warpwatch alone, so the program must be told. */
const passedOn = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
/** Made by keys: the terminal sends them to the program as well. */
const ofKeys = ['SIGINT', 'SIGQUIT'] as const;

/**
 * Starts a program in this process's own group, so that the terminal's keys, job control and size reach it as they would
 * without warpwatch, and passes on what is sent to warpwatch alone. This process stays until the program has ended.
 */
export function startChild(
  path: string,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  stdio: StdioOptions,
): RunningChild {
  // Node makes a pipe non-blocking when it first writes to it, which the program would get to feel. Later than here,
  // the program has it already; at the start of a program Node makes it blocking again.
  void [process.stdout, process.stderr];
  const [name = path, ...words] = command;
  const child = spawn(path, words, { argv0: name, env, stdio });
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  const unlessOfKeys = (signal: NodeJS.Signals) => {
    if (!inForeground()) child.kill(signal);
  };
  for (const signal of passedOn) process.on(signal, forward);
  for (const signal of ofKeys) process.on(signal, unlessOfKeys);
  let end: ChildEnd | null = null;
  const ended = new Promise<ChildEnd>((resolve) => {
    const finish = (how: ChildEnd) => {
      if (end !== null) return;
      end = how;
      for (const signal of passedOn) process.off(signal, forward);
      for (const signal of ofKeys) process.off(signal, unlessOfKeys);
      resolve(how);
    };
    child.once('error', (error) => {
      if (child.pid === undefined) finish(startFailure(error, path));
    });
    child.once('exit', (code, signal) => {
      const number = signal === null ? undefined : constants.signals[signal];
      finish({ exitCode: number === undefined ? (code ?? 1) : 128 + number, signal, whyNot: null });
    });
  });
  return {
    program: child,
    get end() {
      return end;
    },
    ended,
  };
}

function startFailure(error: unknown, path: string): ChildEnd {
  const [exitCode, why] = ((): [number, string] => {
    switch (systemErrorCode(error)) {
      case 'ENOENT':
        return [
          notExecutable,
          `${path} cannot be started: the interpreter or loader that it names is missing.`,
        ];
      case 'EACCES':
      case 'EPERM':
        return [notExecutable, `${path} cannot be started: it is not allowed.`];
      case 'ENOEXEC':
        return [notExecutable, `${path} cannot be started: it is no program for this machine.`];
      case 'E2BIG':
        return [notExecutable, `${path} cannot be started: its arguments and environment are too long.`];
      default:
        return [notFound, `${path} cannot be started: ${String(error)}.`];
    }
  })();
  return { exitCode, signal: null, whyNot: why };
}

/**
 * Whether this process is in the foreground of its terminal, so that a signal of a key went to the program too. Fields
 * of /proc/self/stat after the name: state, parent, group, session, terminal, foreground group.
 */
function inForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return terminal !== '0' && group === foreground;
  } catch {
    return process.stdin.isTTY === true;
  }
}
