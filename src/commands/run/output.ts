import { closeSync, fstatSync, openSync, readSync, write } from 'node:fs';
import type { Readable } from 'node:stream';
import { ReadStream } from 'node:tty';
import type { OutputCollector, OutputReader } from '../../../collectors/output/index.ts';
import { openPseudoTerminal, type PseudoTerminal } from '../../../collectors/output/terminal.ts';
import { messageOf, systemErrorCode } from '../../model/errors.ts';
import type { RunningChild } from './child.ts';

/** Where one stream of the program's output goes: a descriptor that is open. */
type Target = number;

/** How the program's stdout and stderr are connected. */
export interface OutputPlan {
  readonly stdio: readonly ('inherit' | 'pipe' | number)[];
  /** Takes up the output once the program runs; resolves when all of it has passed. */
  connect(child: RunningChild): Promise<void>;
}

export interface OutputOptions {
  readonly stdout: Target;
  readonly stderr: Target;
  /** Reads the output on its way; null where nobody reads it, so that the program has the targets themselves. */
  readonly collector: OutputCollector | null;
  /** stdin of the program: none while a dashboard has the keys. */
  readonly stdin: 'inherit' | 'ignore';
  /** The program may have a terminal for its output where warpwatch has one. */
  readonly terminal: boolean;
  readonly tell: (sentence: string) => void;
}

/** Plans the output: handed through, or read on its way, by a pseudo-terminal where there is a terminal. */
export function planOutput(options: OutputOptions): OutputPlan & { readonly stdin: 'inherit' | 'ignore' } {
  const { stdout, stderr, collector, stdin } = options;
  if (collector === null) {
    return { stdin, stdio: [stdout, stderr], connect: () => Promise.resolve() };
  }
  const isTerminal = [process.stdout, process.stderr].map((stream) => options.terminal && stream.isTTY);
  const pty = isTerminal.some(Boolean) ? terminalOr(options.tell) : null;
  return {
    stdin,
    stdio: isTerminal.map((own) => (own && pty !== null ? pty.slave : 'pipe')),
    async connect(child) {
      const { program: running } = child;
      const streams: Promise<void>[] = [];
      if (running.stdout) streams.push(passOn(running.stdout, stdout, collector.reader()));
      if (running.stderr) streams.push(passOn(running.stderr, stderr, collector.reader()));
      if (pty !== null) {
        const target = isTerminal[0] ? stdout : stderr;
        streams.push(passOnTerminal(pty, target, collector.reader(), child));
      }
      await Promise.all(streams);
    },
  };
}

/** Without one the program still runs, and believes that it writes to a pipe. */
function terminalOr(tell: (sentence: string) => void): PseudoTerminal | null {
  try {
    return openPseudoTerminal(...terminalSize());
  } catch (error) {
    tell(`${messageOf(error)} The program's output goes through a pipe.`);
    return null;
  }
}

function terminalSize(): [number, number] {
  const { columns = 80, rows = 24 } = process.stdout.isTTY ? process.stdout : process.stderr;
  return [columns, rows];
}

async function passOnTerminal(
  pty: PseudoTerminal,
  target: Target,
  reader: OutputReader,
  child: RunningChild,
): Promise<void> {
  closeSync(pty.slave);
  const onResize = () => {
    pty.resize(...terminalSize());
    // The program had the signal from the real terminal, but perhaps before the new size.
    child.program.kill('SIGWINCH');
  };
  const terminal = process.stdout.isTTY ? process.stdout : process.stderr;
  terminal.on('resize', onResize);
  try {
    await passOn(new ReadStream(pty.master), target, reader);
  } finally {
    terminal.off('resize', onResize);
  }
}

/** Copies a stream to a descriptor, no faster than that takes it, and lets the reader see it on the way. */
async function passOn(source: Readable, target: Target, reader: OutputReader): Promise<void> {
  try {
    for await (const chunk of source) {
      const bytes: Uint8Array = chunk;
      reader.take(bytes);
      await writeAll(target, bytes);
    }
  } catch (error) {
    // EIO is how a pseudo-terminal ends. Where nobody takes the output any more, the program is to feel that: its
    // next write fails as it would without us.
    if (!['EIO', 'EPIPE'].includes(systemErrorCode(error) ?? '')) throw error;
    source.destroy();
  } finally {
    reader.end();
  }
}

const retryMs = 5;

async function writeAll(target: Target, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += await new Promise<number>((resolve, reject) => {
      write(target, bytes, at, bytes.length - at, null, (error, written) => {
        if (!error) resolve(written);
        // A descriptor that another process has made non-blocking.
        else if (error.code === 'EAGAIN') setTimeout(() => resolve(0), retryMs);
        else reject(error);
      });
    });
  }
}

/** The file of a recording that takes a program's output where nothing else does. */
export const outputLogFile = 'output.log';
/** Of its end, so much is looked at for the newest lines. */
const tailBytes = 16_384;

/** Opens the file that takes the output. */
export function openOutputLog(path: string): number {
  return openSync(path, 'a');
}

/** The last lines of a file that are not empty; of a progress bar its last state. */
export function lastLines(path: string, most: number): string[] {
  const buffer = Buffer.alloc(tailBytes);
  const file = openSync(path, 'r');
  try {
    const from = Math.max(0, fstatSync(file).size - tailBytes);
    const text = buffer.toString('utf8', 0, readSync(file, buffer, 0, tailBytes, from));
    return text
      .split('\n')
      .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '')
      .filter((line) => line.trim() !== '')
      .slice(-most);
  } finally {
    closeSync(file);
  }
}
