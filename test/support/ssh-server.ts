import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from './cli.ts';

/** An OpenSSH server on a loopback port, with keys of its own. */
export interface SshServer {
  /** Folder with an `ssh` that knows it as `tested`, whose key it takes, and as `stranger`, without one. */
  readonly programs: string;
  stop(): void;
}

/** Starts one as the present user. @param directory where its files may stand */
export async function startSshServer(directory: string): Promise<SshServer> {
  const place = join(directory, 'ssh-server');
  const programs = join(place, 'bin');
  mkdirSync(programs, { recursive: true, mode: 0o700 });
  for (const key of ['host', 'user']) {
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(place, key)]);
  }
  const port = await freePort();
  const file = (name: string, ...lines: readonly string[]): string => {
    writeFileSync(join(place, name), `${lines.join('\n')}\n`, { mode: 0o600 });
    return join(place, name);
  };
  const hostKey = readFileSync(join(place, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  const server = file(
    'sshd_config',
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${join(place, 'host')}`,
    `AuthorizedKeysFile ${join(place, 'user.pub')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
  );
  const client = file(
    'ssh_config',
    'Host tested stranger',
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  UserKnownHostsFile ${file('known', `[127.0.0.1]:${port} ${hostKey}`)}`,
    '  StrictHostKeyChecking yes',
    'Host tested',
    `  IdentityFile ${join(place, 'user')}`,
    'Host *',
    '  IdentitiesOnly yes',
  );
  writeFileSync(join(programs, 'ssh'), `#!/bin/sh\nexec '${pathOf('ssh')}' -F '${client}' "$@"\n`, {
    mode: 0o755,
  });
  // The server parts its rights in a directory that Debian makes when it starts the service.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const sshd = spawn(pathOf('sshd'), ['-D', '-e', '-f', server], { stdio: 'ignore' });
  const listens = (): boolean =>
    spawnSync('ssh-keyscan', ['-p', String(port), '127.0.0.1']).stdout.length > 0;
  const stop = (): void => void sshd.kill();
  try {
    await until(listens, 'the ssh server');
  } catch (error) {
    stop();
    throw error;
  }
  return { programs, stop };
}

/** The server asks to be started by its whole path. */
function pathOf(program: string): string {
  return spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}
