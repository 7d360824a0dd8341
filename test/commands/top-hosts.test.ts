/** `top --host` against a stand-in for ssh that runs the command here or misbehaves, and against a real ssh server. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SshHost } from '../../src/commands/top/ssh/host.ts';
import { Slots } from '../../src/commands/top/ssh/slots.ts';
import { cliFile, finish, startWarpwatch, until, warpwatch } from '../support/cli.ts';
import { eightGpus, fakeNvmlEnvironment, h200 } from '../support/fake-nvml.ts';
import { needs } from '../support/needs.ts';
import { startSshServer } from '../support/ssh-server.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { openPane } from '../support/tmux.ts';

const test = suite('top of several hosts by ssh');
const directory = temporaryDirectory();
const programs = join(directory, 'bin');
const runHere = `'${process.execPath}' '${cliFile}'`;

/** What the stand-in does for a host, in the words of a shell; `$command` is what it should run there. */
const behaviours = `
  good*) export FAKE_NVML="$HOSTS/$host.txt"; eval "exec $command" ;;
  refused) echo 'ssh: connect to host refused port 22: Connection refused' >&2; exit 255 ;;
  denied) echo 'ada@denied: Permission denied (publickey).' >&2; exit 255 ;;
  missing) echo 'sh: 1: warpwatch: not found' >&2; exit 127 ;;
  greeting) echo 'Welcome to greeting'; exit 0 ;;
  newer) echo '{"schema":"warpwatch.top/2"}'; exec sleep 60 ;;
  endless) head -c 5000000 /dev/zero | tr '\\0' x; exec sleep 60 ;;
  echo) echo "$command" >&2; exit 1 ;;
  hang) echo $$ >> "$HOSTS/hang.pid"; exec sleep 60 ;;
  flaky) if [ -e "$HOSTS/flaky" ]; then eval "exec $command"; fi
    touch "$HOSTS/flaky"; echo 'Connection reset by peer' >&2; exit 255 ;;
`;

function program(name: string, script: string): void {
  mkdirSync(programs, { recursive: true });
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs, name), 0o755);
}

const driver = fakeNvmlEnvironment(h200());
writeFileSync(join(directory, 'good1.txt'), h200());
writeFileSync(join(directory, 'good2.txt'), eightGpus());
program('warpwatch', `exec ${runHere} "$@"`);
program(
  'ssh',
  `[ "$1" = -V ] && exit 0
echo $$ >> "$HOSTS/pids"
while [ "$1" != -- ]; do shift; done
host=\${2#*@} command=$3
case $host in ${behaviours} esac`,
);
const environment = {
  ...process.env,
  ...driver.env,
  HOSTS: directory,
  PATH: `${programs}:${process.env['PATH']}`,
};

interface Host {
  readonly host: string;
  readonly condition: string;
  readonly why: string;
  readonly ageSeconds: number | null;
  readonly gpus: number;
  readonly gap: { readonly value: number | null };
  readonly devices: readonly { readonly id: string; readonly util: { readonly value: number | null } }[];
}

interface Fleet {
  readonly schema: string;
  readonly hosts: readonly Host[];
}

function hostOf({ hosts }: Fleet, name: string): Host {
  const found = hosts.find(({ host }) => host === name);
  if (found === undefined) throw new Error(`${name} is not among ${hosts.map(({ host }) => host).join()}`);
  return found;
}

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

function sshProcesses(): number[] {
  return readFileSync(join(directory, 'pids'), 'utf8').trim().split('\n').map(Number);
}

needs('cc', test)('--once: every host with its figures, or why there are none and what to do', async () => {
  const hosts = 'ada@good1,good2,refused,denied,missing,greeting,newer,endless';
  const { code, stdout, stderr } = await warpwatch(['top', '--host', hosts, '--once', '--json'], {
    env: environment,
  });
  assert.is(code, 0, stderr);
  const fleet = JSON.parse(stdout) as Fleet;
  assert.is(fleet.schema, 'warpwatch.fleet/1');
  const good = hostOf(fleet, 'good1');
  assert.equal([good.condition, good.gpus, good.gap.value], ['up', 1, 0.97 - 0.41]);
  assert.equal(good.devices.find(({ id }) => id === 'gpu0')?.util.value, 0.97);
  assert.is(hostOf(fleet, 'good2').gpus, 8);
  const tells: Readonly<Record<string, RegExp>> = {
    refused: /Connection refused: it is there/,
    denied: /Permission denied .*: let a key in/,
    missing: /not installed there.*--remote-command/,
    greeting: /^It printed "Welcome to greeting"/,
    newer: /^Its warpwatch speaks warpwatch\.top\/2/,
    endless: /^It printed a line longer than 4 MiB/,
  };
  for (const [name, why] of Object.entries(tells)) {
    assert.is(hostOf(fleet, name).condition, 'down');
    assert.match(hostOf(fleet, name).why, why);
  }
  assert.equal(sshProcesses().filter(isRunning), []);
});

needs('cc', test)(
  '--json streams, a host that fails is tried again, and SIGTERM leaves no process behind',
  async () => {
    const child = startWarpwatch(
      ['top', '--host', 'good1', '--host', 'flaky,hang', '--json', '--interval', '0.2'],
      {
        env: environment,
      },
    );
    const ended = finish(child);
    let printed = '';
    const stands = (host: string, condition: string): boolean =>
      printed
        .split('\n')
        .slice(0, -1)
        .some((line) => hostOf(JSON.parse(line) as Fleet, host).condition === condition);
    child.stdout.on('data', (text: string) => {
      printed += text;
    });
    await until(() => stands('flaky', 'down') && stands('flaky', 'up') && stands('good1', 'up'), 'all hosts');
    assert.ok(stands('hang', 'connecting'));
    const started = sshProcesses();
    assert.ok(started.some(isRunning));
    child.kill('SIGTERM');
    assert.is((await ended).code, 143);
    await until(() => !started.some(isRunning), 'the end of every ssh');
  },
);

test('a host that says nothing is told, its ssh ended, and another one begun', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = environment.PATH;
  process.env['HOSTS'] = directory;
  const limits = { firstWordSeconds: 0.2, laterSeconds: 0.2 };
  const target = { name: 'hang', destination: 'hang' };
  const exitListeners = process.listenerCount('exit');
  const host = new SshHost(target, {
    command: '',
    intervalSeconds: 1,
    once: false,
    slots: new Slots(1),
    limits,
  });
  const pids = () => readFileSync(join(directory, 'hang.pid'), 'utf8').trim().split('\n').map(Number);
  const before = existsSync(join(directory, 'hang.pid')) ? pids().length : 0;
  try {
    await host.firstWord;
    assert.is(host.member().condition, 'down');
    // Node warns on the screen of more than ten.
    assert.is(process.listenerCount('exit'), exitListeners);
    assert.match(host.member().why, 'said nothing for 0.2 s');
    const [first = 0] = pids().slice(before);
    await until(() => pids().length > before + 1, 'the second try');
    assert.not(isRunning(first));
  } finally {
    await host.close();
    process.env['PATH'] = path;
  }
  assert.not(pids().some(isRunning));
});

test('a recording that hosts are to follow is one word for their shell', async () => {
  const words = ['top', '--host', 'echo', '--recording', "it's; $(x)", '--once'];
  const { stdout } = await warpwatch(words, { env: environment });
  assert.match(stdout, "warpwatch top --once --json --recording 'it'\\''s; $(x)'");
});

test('what cannot be meant is refused in a sentence', async () => {
  const run = (words: readonly string[], env: NodeJS.ProcessEnv = environment) =>
    warpwatch(['top', ...words], { env });
  const [record, match, option, noSsh, nobody] = await Promise.all([
    run(['--host', 'good1', '--record', 'somewhere']),
    run(['--match', 'a="b"']),
    run(['--host=-oProxyCommand=x']),
    run(['--host', 'good1', '--once'], { ...environment, PATH: join(directory, 'nowhere') }),
    run(['--prometheus', 'http://127.0.0.1:2', '--once']),
  ]);
  assert.equal([record.code, match.code, option.code, noSsh.code], [2, 2, 2, 1]);
  assert.match(record.stderr, /--host.* cannot be used with .*--record/);
  assert.match(match.stderr, '--prometheus');
  assert.match(option.stderr, 'would be an option of ssh');
  assert.match(noSsh.stderr, /ssh cannot be started.*install OpenSSH/);
  assert.is(nobody.code, 3);
  assert.match(nobody.stdout, 'Nothing listens at http://127.0.0.1:2');
});

needs('tmux', test)(
  'on a screen: the list, sorted anew, a host opened and left, and a clean prompt',
  async () => {
    const pane = openPane('hosts', 100, 24);
    const settings = Object.entries({ ...driver.env, HOSTS: directory, PATH: environment.PATH }).map(
      ([key, value]) => `${key}='${value}'`,
    );
    try {
      pane.run(`clear; ${settings.join(' ')} ${runHere} top --host good1,good2,refused --interval 0.2`);
      await pane.until(
        'both hosts',
        (lines) => lines.filter((line) => /good\d +\d.*%.*%/.test(line)).length === 2,
      );
      const screen = pane.screen();
      assert.match(screen.join('\n'), /refused +✖ down: connect to host/);
      assert.match(screen[0] ?? '', 'fleet of 3 hosts');
      for (let presses = 0; presses < 9; presses++) pane.keys('s');
      await pane.until('the order by name', (lines) => lines.some((line) => line.includes('host▾')));
      pane.keys('Down', 'Enter');
      await pane.until(
        'the GPUs of the second',
        (lines) =>
          /^warpwatch +good2 \(2 of 3\)/.test(lines[0] ?? '') &&
          lines.some((line) => line.startsWith('gpu7')),
      );
      pane.keys('Escape');
      await pane.until('the list', (lines) => lines.some((line) => line.startsWith('▸ good2')));
      pane.keys('q');
      await pane.until('the prompt', (lines) => lines.includes('prompt>'));
      assert.is(pane.ask('#{alternate_on} #{cursor_flag}'), '0 1');
    } finally {
      pane.close();
    }
    await until(() => !sshProcesses().some(isRunning), 'the end of every ssh');
  },
);

needs('sshd', test)('through a real ssh server, with a command that is named', async () => {
  const server = await startSshServer(directory);
  try {
    const { env } = fakeNvmlEnvironment(h200());
    const remote = `env LD_LIBRARY_PATH=${env.LD_LIBRARY_PATH} FAKE_NVML=${env.FAKE_NVML} ${runHere}`;
    const { code, stdout, stderr } = await warpwatch(
      ['top', '--host', 'tested,stranger', '--remote-command', remote, '--once', '--json'],
      { env: { ...process.env, PATH: `${server.programs}:${process.env['PATH']}` } },
    );
    assert.is(code, 0, stderr);
    const fleet = JSON.parse(stdout) as Fleet;
    assert.equal([hostOf(fleet, 'tested').condition, hostOf(fleet, 'tested').gap.value], ['up', 0.97 - 0.41]);
    assert.match(hostOf(fleet, 'stranger').why, /Permission denied/);
  } finally {
    server.stop();
  }
});

test.run();
