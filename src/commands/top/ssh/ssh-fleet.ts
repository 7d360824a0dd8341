import { spawn } from 'node:child_process';
import type { FleetSource } from '../../../analysis/fleet/fleet.ts';
import { WarpwatchError } from '../../../model/errors.ts';
import type { Seconds } from '../../../model/units.ts';
import { SshHost } from './host.ts';
import { Slots } from './slots.ts';
import { parseTargets } from './targets.ts';

export interface SshFleetOptions {
  /** What `--host` was given, each a list with commas. */
  readonly hosts: readonly string[];
  /** What is called on the other machines for `warpwatch`; a shell reads it. */
  readonly remoteCommand: string;
  /** A recording there that is followed in place of the machine. */
  readonly recording?: string | undefined;
  readonly intervalSeconds: Seconds;
  /** One moment of each is all that is wanted. */
  readonly once: boolean;
}

/** More at once would be taken for an attack by a gateway that all connections pass. */
const connectingAtOnce = 8;

/**
 * Watches machines through the `warpwatch top --json` that they run themselves, over ssh.
 * @throws WarpwatchError `usage` where a host cannot be one, `not-found` where there is no ssh
 */
export async function openSshFleet(options: SshFleetOptions): Promise<FleetSource> {
  const { intervalSeconds, once, recording } = options;
  const targets = parseTargets(options.hosts);
  await checkSsh();
  const printed = once ? '--once --json' : `--json --interval ${intervalSeconds}`;
  const followed = recording === undefined ? '' : ` --recording ${quoted(recording)}`;
  const command = `${options.remoteCommand} top ${printed}${followed}`;
  const slots = new Slots(connectingAtOnce);
  const hosts = targets.map((target) => new SshHost(target, { command, intervalSeconds, once, slots }));
  return {
    moment: () => ({
      from: 'ssh',
      troubles: [],
      members: hosts.map((host) => host.member()),
      omittedHosts: 0,
    }),
    firstLook: Promise.all(hosts.map((host) => host.firstWord)).then(() => undefined),
    close: async () => {
      await Promise.all(hosts.map((host) => host.close()));
    },
  };
}

/** One word for the shell of the other machine. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** That ssh is missing is told once, not for each host. */
async function checkSsh(): Promise<void> {
  const child = spawn('ssh', ['-V'], { stdio: 'ignore', timeout: 5000 });
  await new Promise<void>((resolve, reject) => {
    child.once('close', () => resolve());
    child.once('error', (cause) =>
      reject(
        new WarpwatchError(
          'not-found',
          `ssh cannot be started (${cause.message}): install OpenSSH's client, or watch the hosts with --prometheus.`,
          { cause },
        ),
      ),
    );
  });
}
