import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { WarpwatchError } from '../../src/model/errors.ts';
import { parseNvidiaSmi, type SmiReport } from './parse.ts';

/** One call of nvidia-smi. */
export interface Call {
  /** Refused with a WarpwatchError: what happened and what to do. */
  readonly answer: Promise<SmiReport>;
  /** Ends the call and all its processes; does nothing once the answer is there. */
  kill(): void;
}

/** A node with 16 GPUs writes about 1 MB. */
const mostBytes = 16 * 2 ** 20;

/** What nvidia-smi's exit codes mean, by its manual, and 126 and 127 by the shell's. */
const exitCodes: Readonly<Record<number, string>> = {
  4: 'nvidia-smi was refused the right to ask the driver; run as a user who may open /dev/nvidiactl',
  6: 'nvidia-smi found no GPU',
  9: 'nvidia-smi cannot reach the NVIDIA driver; load it (`modprobe nvidia`) or install it again',
  12: 'nvidia-smi cannot load libnvidia-ml; install it in the version of the driver',
  14: 'nvidia-smi found a damaged infoROM on a GPU',
  15: 'nvidia-smi says that a GPU fell off the bus; see `dmesg | grep -i xid`, then reboot',
  126: 'nvidia-smi may not be run; make it executable',
  127: 'nvidia-smi is not on PATH; install the NVIDIA driver',
};

/**
 * node-nvidia-smi hides its child and has no limit of time, so that a hung nvidia-smi could not be ended. Here the
 * package runs in a process that leads a group of its own, and the group is killed as a whole: the package stays as it
 * is, at the price of one more start of Node for each call, which is little beside an interval of two seconds.
 */
const script = `require(process.argv[1])((error, data) => process.stdout.write(JSON.stringify(
  error ? { failed: String(error.message ?? error), code: error.code ?? null } : { data }) + '\\n'));`;

/** Runs nvidia-smi once. A call that has not answered in time is killed and refused. */
export function askNvidiaSmi(deadlineMs: number, environment: NodeJS.ProcessEnv = process.env): Call {
  const { NODE_OPTIONS: _, ...plain } = environment;
  let kill = () => {};
  const answer = new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', script, packagePath()], {
      env: plain,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    let text = '';
    let ended = false;
    const end = (): boolean => {
      if (ended) return false;
      ended = true;
      clearTimeout(timer);
      process.off('exit', kill);
      return true;
    };
    const giveUp = (message: string): void => {
      if (!end()) return;
      killGroup(child);
      // A process that waits in the kernel outlives even this; nobody waits for it.
      child.stdout.destroy();
      child.unref();
      reject(new WarpwatchError('child-failed', message));
    };
    kill = () => giveUp('The call of nvidia-smi was ended, since it is no longer needed.');
    const timer = setTimeout(
      giveUp,
      deadlineMs,
      `nvidia-smi has not answered for ${deadlineMs / 1000} s and was killed; see \`dmesg | grep -i xid\`.`,
    );
    // Its group is not the terminal's: an interrupt from there does not reach it.
    process.once('exit', kill);
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.length > mostBytes) giveUp('nvidia-smi wrote more than 16 MiB, which is no answer.');
    });
    child.once('error', (error) => giveUp(`Node could not be started for nvidia-smi (${error.message}).`));
    child.once('close', () => {
      if (end()) resolve(text);
    });
  });
  return { answer: answer.then(read), kill: () => kill() };
}

function read(text: string): SmiReport {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (cause) {
    throw new WarpwatchError(
      'bad-data',
      'nvidia-smi ended without an answer; run `nvidia-smi -q -x` to see why.',
      {
        cause,
      },
    );
  }
  if (typeof answer !== 'object' || answer === null || !('failed' in answer)) {
    return parseNvidiaSmi(
      answer !== null && typeof answer === 'object' && 'data' in answer ? answer.data : null,
    );
  }
  const code = 'code' in answer && typeof answer.code === 'number' ? answer.code : null;
  const known = code === null ? undefined : exitCodes[code];
  if (known !== undefined) throw new WarpwatchError('child-failed', `${known}.`);
  const said = String(answer.failed).replace(/^Command failed: nvidia-smi -q -x\s*/, '');
  const first = said.trim().split('\n')[0]?.slice(0, 200) ?? '';
  const ending = code === null ? 'failed' : `ended with code ${code}`;
  throw new WarpwatchError(
    'child-failed',
    `nvidia-smi ${ending}${first === '' ? '' : ` (${first})`}; run \`nvidia-smi -q -x\` to see why.`,
  );
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group has just ended by itself.
  }
}

function packagePath(): string {
  return createRequire(import.meta.url).resolve('node-nvidia-smi');
}
