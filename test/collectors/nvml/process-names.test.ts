import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProcessNames, parseContainer, parseStat } from '../../../collectors/nvml/process-names.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('names of processes on a GPU');

/** /proc/PID/stat with what of it is read. */
const stat = (name: string, parent: number, started: number): string =>
  `7 (${name}) S ${parent} ${Array.from({ length: 17 }, () => 0).join(' ')} ${started} 0 0`;
const container = 'f00d'.repeat(16);

function machine() {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n');
  const write = (pid: number, files: Readonly<Record<string, string>>): void => {
    mkdirSync(join(root, 'proc', String(pid)), { recursive: true });
    for (const [file, text] of Object.entries(files))
      writeFileSync(join(root, 'proc', String(pid), file), text);
  };
  return { names: new ProcessNames(root), write };
}

test('name, command, user, parent and container come out of /proc', async () => {
  const { names, write } = machine();
  write(7, {
    stat: stat('python3', 5, 100),
    cmdline: 'python3\0train.py\0--epochs\0' + '9\0',
    status: 'Name:\tpython3\nUid:\t1000\t1000\t1000\t1000\n',
    cgroup: `0::/system.slice/docker-${container}.scope\n`,
  });
  assert.equal(await names.identityOf(7), {
    name: 'python3',
    command: 'python3 train.py --epochs 9',
    user: 'ada',
    parent: 5,
    container: 'f00df00df00d',
  });
});

test('a user without a name is told by number; what cannot be read is empty', async () => {
  const { names, write } = machine();
  write(8, { stat: stat('x', 1, 1), status: 'Uid:\t4242\t4242\t4242\t4242\n' });
  assert.equal(await names.identityOf(8), { name: 'x', command: '', user: '4242', parent: 1, container: '' });
});

test('a process that is not there is null, and its number may be taken by another', async () => {
  const { names, write } = machine();
  assert.is(await names.identityOf(9), null);
  write(9, { stat: stat('first', 1, 100), cmdline: 'first\0' });
  assert.is((await names.identityOf(9))?.command, 'first');
  write(9, { stat: stat('second', 1, 200), cmdline: 'second\0' });
  assert.is((await names.identityOf(9))?.command, 'second');
});

test('brackets and spaces in a name do not shift the other fields', () => {
  assert.equal(parseStat(stat('a) R (b', 42, 7)), { name: 'a) R (b', parent: 42, started: '7' });
  assert.is(parseStat(''), null);
  assert.is(parseStat('7 (cut) S 1'), null);
});

test('containers of docker, Kubernetes and podman are told by their short id', () => {
  for (const group of [
    `12:memory:/docker/${container}`,
    `0::/kubepods.slice/kubepods-pod1234.slice/cri-containerd-${container}.scope`,
    `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${container}.scope/container`,
  ]) {
    assert.is(parseContainer(group), 'f00df00df00d');
  }
  assert.is(parseContainer('0::/user.slice/user-1000.slice/session-2.scope'), '');
});

test.run();
