/**
 * The one adapter that knows the screen library. Views hand it finished lines; it puts them into blessed's cells
 * and lets blessed send what changed.
 */
import { createRequire } from 'node:module';
import type { Readable, Writable } from 'node:stream';
import { ReadStream, WriteStream } from 'node:tty';
import { type MouseEvent, parseMouse } from './mouse.ts';
import {
  guardTerminal,
  type InterruptSignal,
  mouseModes,
  shellModes,
  viewModes,
  writeNow,
} from './terminal-guard.ts';
import { cellsOf } from './text/width.ts';

/** A cell of blessed: its attribute (flags, foreground, background in 9 bits each) and its text. */
type Cell = [attribute: number, text: string];
type CellRow = Cell[] & { dirty: boolean };

/** What is used of blessed 0.1.81; the published types lack the cells and have input and output the wrong way round. */
interface BlessedScreen {
  /** Cells to draw; those of rows that are not marked dirty are not looked at. */
  readonly lines: CellRow[];
  readonly program: { readonly cols: number; readonly rows: number; isAlt: boolean };
  readonly tput: { brokenACS: boolean; smcup(): string; rmcup(): string };
  attrCode(sequence: string, attribute: number, plain: number): number;
  on(event: 'keypress', listener: (character: string | undefined, key: { full?: string }) => void): void;
  on(event: 'resize', listener: () => void): void;
  /** Forgets what the terminal shows, so that the next rendering sends all. */
  realloc(): void;
  render(): void;
  destroy(): void;
}

interface Blessed {
  screen(options: {
    input: Readable;
    output: Writable;
    terminal: string;
    forceUnicode: boolean;
  }): BlessedScreen;
  /** Handlers that it adds to the process with its first screen. */
  readonly Screen: {
    readonly _exceptionHandler: () => void;
    readonly _sigtermHandler: () => void;
    readonly _sigintHandler: () => void;
    readonly _sigquitHandler: () => void;
    readonly _exitHandler: () => void;
  };
}

export interface ScreenOptions {
  readonly input?: Readable;
  readonly output?: Writable;
  /** Gets the name of a key: `q`, `tab`, `S-tab`, `up`, `space`. */
  onKey(key: string): void;
  /** Gets the clicks and the wheel; the mouse stays the terminal's own where this is not given. */
  onMouse?(event: MouseEvent): void;
  /** The size changed, or the process was stopped and goes on, and the screen is empty: draw again. */
  onResize(): void;
  /** A signal came, or Ctrl-C was pressed; the terminal is restored already. */
  onInterrupt(signal: InterruptSignal): void;
}

export interface Screen {
  readonly width: number;
  readonly height: number;
  /** Shows lines of text with SGR sequences, from the top; rows without a line are blanked. */
  draw(lines: readonly string[]): void;
  /** Gives the terminal back as it was. Synchronous; a second call does nothing. */
  close(): void;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the expression is for.
const sgrSequence = /\u001b\[[0-9;]*m/y;
/**
 * Takes over the terminal: alternate screen, raw keys, hidden cursor. It is restored by `close`, by SIGINT, SIGTERM,
 * SIGHUP, an uncaught error and the end of the process, whichever comes first.
 */
export function openScreen(options: ScreenOptions): Screen {
  const input = options.input ?? process.stdin;
  const output = options.output ?? process.stdout;
  const blessed: Blessed = createRequire(import.meta.url)('blessed');
  const screen = blessed.screen({
    input,
    output,
    // Every terminal of today speaks this; its own entry may fall to 8 colours or fail to compile.
    terminal: 'xterm-256color',
    forceUnicode: true,
  });
  dropHandlers(blessed);
  // Box drawing goes out as UTF-8 like all else, not by switching character sets.
  screen.tput.brokenACS = true;
  const leaveScreen = shellModes + screen.tput.rmcup();
  let shown: string[] = [];
  let closed = false;

  const close = (): void => {
    if (closed) return;
    closed = true;
    unguard();
    process.off('SIGCONT', takeAgain);
    input.off('data', readMouse);
    // blessed would leave the alternate screen through its own buffer; it must not leave twice.
    screen.program.isAlt = false;
    screen.destroy();
    if (input instanceof ReadStream) input.setRawMode(false);
    const descriptor = output instanceof WriteStream && 'fd' in output ? output.fd : null;
    if (typeof descriptor === 'number') writeNow(descriptor, leaveScreen);
    else output.write(leaveScreen);
  };
  /** Whoever had the terminal while this process was stopped may have left it in any state. */
  const takeAgain = (): void => {
    if (closed) return;
    if (input instanceof ReadStream) {
      // Node sets the mode only where it believes that it is another one.
      input.setRawMode(false);
      input.setRawMode(true);
    }
    output.write(screen.tput.smcup() + viewModes + mouse);
    screen.realloc();
    shown = [];
    options.onResize();
  };
  const { onMouse } = options;
  const mouse = onMouse === undefined ? '' : mouseModes;
  const readMouse = (data: Buffer | string): void => {
    for (const event of parseMouse(String(data))) {
      if (!closed) onMouse?.(event);
    }
  };
  const unguard = guardTerminal(close, options.onInterrupt);
  process.on('SIGCONT', takeAgain);
  if (onMouse !== undefined) {
    input.on('data', readMouse);
    output.write(mouse);
  }

  screen.on('keypress', (character, key) => {
    const name = key.full ?? character ?? '';
    if (name === 'C-c') {
      close();
      options.onInterrupt('SIGINT');
    } else if (!closed && name !== 'return') {
      options.onKey(name);
    }
  });
  screen.on('resize', () => {
    shown = [];
    if (!closed) options.onResize();
  });

  return {
    get width() {
      return screen.program.cols;
    },
    get height() {
      return screen.program.rows;
    },
    draw(lines) {
      if (closed) return;
      for (const [y, row] of screen.lines.entries()) {
        const line = lines[y] ?? '';
        if (line === shown[y]) continue;
        fillCells(row, line, screen);
        row.dirty = true;
        shown[y] = line;
      }
      screen.render();
    },
    close,
  };
}

/** Puts a line into a row of cells; what is too wide is left out, the rest of the row is blanked. */
function fillCells(row: CellRow, line: string, screen: BlessedScreen): void {
  const plain = 0x1ff | (0x1ff << 9);
  let attribute = plain;
  let x = 0;
  for (let index = 0; index < line.length; ) {
    sgrSequence.lastIndex = index;
    const sequence = sgrSequence.exec(line)?.[0];
    if (sequence !== undefined) {
      attribute = screen.attrCode(sequence, attribute, plain);
      index += sequence.length;
      continue;
    }
    const character = String.fromCodePoint(line.codePointAt(index) ?? 0x20);
    index += character.length;
    const cells = cellsOf(character);
    if (cells === 0) {
      const before = row[x - 1];
      if (before !== undefined) before[1] += character;
      continue;
    }
    if (x + cells > row.length) break;
    put(row, x, attribute, character);
    // The second cell of a wide character sends nothing.
    if (cells === 2) put(row, x + 1, attribute, '');
    x += cells;
  }
  for (; x < row.length; x += 1) put(row, x, plain, ' ');
}

function put(row: CellRow, x: number, attribute: number, text: string): void {
  const cell = row[x];
  if (cell === undefined) return;
  cell[0] = attribute;
  cell[1] = text;
}

/** Takes away blessed's handlers, which end the process with code 0 on a signal; `guardTerminal` takes their place. */
function dropHandlers({ Screen: handlers }: Blessed): void {
  process.off('uncaughtException', handlers._exceptionHandler);
  process.off('SIGTERM', handlers._sigtermHandler);
  process.off('SIGINT', handlers._sigintHandler);
  process.off('SIGQUIT', handlers._sigquitHandler);
  process.off('exit', handlers._exitHandler);
}
