import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryDirectory } from './temporary.ts';

const pollMs = 40;
/** A server that was told to end may still be there when the next pane opens: no two share a socket. */
let panes = 0;

/** A shell in a real terminal emulator, driven by keys and read as text. */
export interface TmuxPane {
  /** Sends keys by tmux's names, such as `q`, `C-c`, `Enter`. */
  keys(...keys: readonly string[]): void;
  /** Types a command line into the shell. */
  run(command: string): void;
  resize(width: number, height: number): void;
  /** What the pane shows, a string a row, without blanks at the ends. */
  screen(): string[];
  /** What the pane shows, with its SGR sequences. */
  colours(): string;
  /** What stands on the main screen while a program has the alternate one. */
  mainScreen(): string;
  /** A format of tmux, such as `#{cursor_flag}`. */
  ask(format: string): string;
  /**
   * Waits until the screen fulfils the condition.
   * @throws With the screen as it is, when it does not within the limit.
   */
  until(what: string, fulfilled: (screen: string[]) => boolean, limitMs?: number): Promise<string[]>;
  close(): void;
}

/** Opens a pane with a POSIX shell whose prompt is `prompt> `, on a tmux server of its own, and without settings of a dashboard. */
export function openPane(name: string, width: number, height: number): TmuxPane {
  const settings = temporaryDirectory();
  panes += 1;
  const socket = `warpwatch-${name}-${process.pid}-${panes}`;
  const tmux = (...args: readonly string[]): string => {
    const { PATH = '', HOME = '/' } = process.env;
    const env = { PATH, HOME, XDG_CONFIG_HOME: settings, LANG: 'C.UTF-8', TERM: 'xterm-256color' };
    const result = spawnSync('tmux', ['-u', '-f', '/dev/null', '-L', socket, ...args], {
      encoding: 'utf8',
      env,
    });
    if (result.status !== 0) throw new Error(`tmux ${args.join(' ')}: ${result.stderr}`);
    return result.stdout;
  };
  tmux('new-session', '-d', '-x', String(width), '-y', String(height), 'sh');
  // Shells differ in whether they take it from the environment.
  tmux('send-keys', "PS1='prompt> '", 'Enter');
  tmux('set-option', '-g', 'status', 'off');
  tmux('set-option', '-g', 'window-size', 'manual');
  const screen = (): string[] =>
    tmux('capture-pane', '-p')
      .split('\n')
      .slice(0, -1)
      .map((line) => line.trimEnd());
  return {
    keys: (...keys) => void tmux('send-keys', ...keys),
    run: (command) => void tmux('send-keys', command, 'Enter'),
    resize: (columns, rows) => void tmux('resize-window', '-x', String(columns), '-y', String(rows)),
    screen,
    colours: () => tmux('capture-pane', '-p', '-e'),
    mainScreen: () => tmux('capture-pane', '-p', '-a'),
    ask: (format) => tmux('display-message', '-p', format).trim(),
    async until(what, fulfilled, limitMs = 8000) {
      const deadline = Date.now() + limitMs;
      for (;;) {
        const now = screen();
        if (fulfilled(now)) return now;
        if (Date.now() > deadline)
          throw new Error(`waited in vain for ${what}; the screen:\n${now.join('\n')}`);
        await wait(pollMs);
      }
    },
    close: () => void tmux('kill-server'),
  };
}
