import { createRequire } from 'node:module';
import { messageOf, WarpwatchError } from '../../src/model/errors.ts';

/** A pseudo-terminal: what a program writes to `slave` is read from `master`, byte for byte. */
export interface PseudoTerminal {
  readonly master: number;
  readonly slave: number;
  resize(columns: number, rows: number): void;
}

/** Of Linux, asm-generic/termbits.h and ioctls.h: the same on x86-64 and arm64. */
const outputFlagsOffset = 4;
const processOutput = 1;
const setNow = 0;
const setWindowSize = 0x5414;
/** Larger than struct termios of any libc. */
const termiosBytes = 256;

/**
 * Opens a pseudo-terminal for the output of a program. It only stands in for stdout and stderr: the program keeps the
 * real terminal as its input and as the one that its keys and job control come from.
 * @throws WarpwatchError `unsupported` where the system gives none
 */
export function openPseudoTerminal(columns: number, rows: number): PseudoTerminal {
  try {
    return open(columns, rows);
  } catch (cause) {
    throw new WarpwatchError('unsupported', `No pseudo-terminal can be opened: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

function open(columns: number, rows: number): PseudoTerminal {
  const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
  const libc = koffi.load('libc.so.6');
  const openpty = (() => {
    const declaration = 'int openpty(void *, void *, void *, void *, void *)';
    try {
      return libc.func(declaration);
    } catch {
      // glibc before 2.34 has it in a library of its own.
      return koffi.load('libutil.so.1').func(declaration);
    }
  })();
  const tcgetattr = libc.func('int tcgetattr(int, void *)');
  const tcsetattr = libc.func('int tcsetattr(int, int, void *)');
  const ioctl = libc.func('int ioctl(int, unsigned long, ...)');

  const [master, slave] = [new Int32Array(1), new Int32Array(1)];
  if (openpty(master, slave, null, null, windowSize(columns, rows)) !== 0) {
    throw new Error('openpty failed; all may be in use');
  }
  const [masterFd = -1, slaveFd = -1] = [master[0], slave[0]];
  const termios = Buffer.alloc(termiosBytes);
  if (tcgetattr(slaveFd, termios) === 0) {
    // The real terminal makes its own line ends; made twice they would not be the bytes of the program.
    const flags = termios.readUInt32LE(outputFlagsOffset);
    termios.writeUInt32LE((flags & ~processOutput) >>> 0, outputFlagsOffset);
    tcsetattr(slaveFd, setNow, termios);
  }
  return {
    master: masterFd,
    slave: slaveFd,
    resize: (newColumns, newRows) => {
      ioctl(masterFd, setWindowSize, 'void *', windowSize(newColumns, newRows));
    },
  };
}

/** struct winsize: rows, columns, and pixels that nobody knows. */
function windowSize(columns: number, rows: number): Uint16Array {
  return Uint16Array.of(rows, columns, 0, 0);
}
