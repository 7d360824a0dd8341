import { type ChildProcess, spawn } from 'node:child_process';
import { Lines } from './lines.ts';
import { whyEnded } from './reasons.ts';

/** A line of a machine with 16 GPUs is 80 KB. */
const longestLine = 4 * 2 ** 20;
/** Of what comes on stderr, so much is kept to say why. */
const keptSaid = 4096;
/** A process of ssh that was asked to end gets this long. */
const endLimitMs = 2000;

/** They end with this process; one listener for all, since Node warns of many. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill();
});

/** One process of ssh and the command that it runs on another machine. */
export interface Connection {
  /** Why it ended, as a sentence; it always does, once `end` is called. */
  readonly ended: Promise<string>;
  /** @param why what `ended` tells then */
  end(why: string): void;
}

/**
 * Starts ssh. It ends with this process, whichever way that ends.
 * @param line hears each line that the command prints
 */
export function connect(sshArguments: readonly string[], line: (text: string) => void): Connection {
  const child = spawn('ssh', sshArguments, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = new Lines(longestLine);
  let said = '';
  let why: string | null = null;
  running.add(child);
  const end = (reason: string): void => {
    if (why !== null) return;
    why = reason;
    kill(child);
  };
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    if (why !== null) return;
    const whole = lines.take(piece);
    if (whole === null)
      end('It printed a line longer than 4 MiB, which is no line of `warpwatch top --json`.');
    else for (const text of whole) if (why === null) line(text);
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    said = (said + piece).slice(-keptSaid);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`ssh could not be started: ${error.message}.`));
    child.once('close', (code) => resolve(why ?? whyEnded(said, code)));
  }).finally(() => running.delete(child));
  return { ended, end };
}

/** What the child has started may hold its pipes for longer than it lives: nobody waits for that. */
function kill(child: ChildProcess): void {
  const letGo = (): void => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  if (child.exitCode !== null || child.signalCode !== null) {
    letGo();
    return;
  }
  const late = setTimeout(() => child.kill('SIGKILL'), endLimitMs);
  child.once('exit', () => {
    clearTimeout(late);
    letGo();
  });
  child.kill();
}
