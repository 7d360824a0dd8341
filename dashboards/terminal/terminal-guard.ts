import { writeSync } from 'node:fs';
import { systemErrorCode } from '../../src/model/errors.ts';

/** The signals on which a terminal program is told to go; each must leave a whole terminal behind. */
export const interruptSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type InterruptSignal = (typeof interruptSignals)[number];

/** Colours, scroll region, keypad, mouse and cursor as a shell expects them. xterm control sequences. */
export const shellModes =
  '\u001b[0m\u001b[r\u001b[?1l\u001b>\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?25h';

/** Keypad and cursor as a view of the whole screen has them. xterm control sequences. */
export const viewModes = '\u001b[?1h\u001b=\u001b[?25l';

/** Reports of presses and of the wheel (1000), with numbers of any size (1006). xterm control sequences. */
export const mouseModes = '\u001b[?1000h\u001b[?1006h';

/**
 * Calls `restore` at once when a signal, an uncaught error or the end of the process comes, and `onSignal` after it
 * for a signal. It never ends the process: only the command line does. An error is seen by the monitor event, so
 * that Node still prints it, after the terminal is back.
 * @returns A function that takes the handlers away again.
 */
export function guardTerminal(restore: () => void, onSignal: (signal: InterruptSignal) => void): () => void {
  const handlers = interruptSignals.map((signal) => {
    const handler = (): void => {
      restore();
      onSignal(signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  process.on('exit', restore);
  process.on('uncaughtExceptionMonitor', restore);
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler);
    process.off('exit', restore);
    process.off('uncaughtExceptionMonitor', restore);
  };
}

/**
 * Writes to a descriptor before it returns, so that nothing printed later can come first. A terminal that is gone
 * needs no restoring: errors are dropped.
 */
export function writeNow(descriptor: number, text: string): void {
  const attempts = 100;
  const bytes = Buffer.from(text);
  let written = 0;
  for (let attempt = 0; attempt < attempts && written < bytes.length; attempt += 1) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (systemErrorCode(error) !== 'EAGAIN') return;
    }
  }
}
