/** What stands between a list of hosts and their curves, without a process. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pauseSeconds } from '../../../../src/commands/top/ssh/host.ts';
import { HostCurves } from '../../../../src/commands/top/ssh/host-curves.ts';
import { Lines } from '../../../../src/commands/top/ssh/lines.ts';
import { whyEnded } from '../../../../src/commands/top/ssh/reasons.ts';
import { Slots } from '../../../../src/commands/top/ssh/slots.ts';
import { parseTargets, sshArguments } from '../../../../src/commands/top/ssh/targets.ts';
import { WarpwatchError } from '../../../../src/model/errors.ts';
import { machine } from '../../../dashboards/fleet-moments.ts';
import { running } from '../../../dashboards/snapshots.ts';

const test = suite('hosts by ssh');

test('a user holds for the hosts after it in a list; equal hosts are one, and names are short where they can be', () => {
  assert.equal(parseTargets(['ada@node1,node2', 'node3,node3']), [
    { name: 'node1', destination: 'ada@node1' },
    { name: 'node2', destination: 'ada@node2' },
    { name: 'node3', destination: 'node3' },
  ]);
  assert.equal(
    parseTargets(['ada@node1,bob@node1', 'ssh://eve@node2:2222']).map(({ name }) => name),
    ['ada@node1', 'bob@node1', 'node2:2222'],
  );
});

test('what could be an option of ssh or a command of a shell is no host', () => {
  for (const list of [
    '-oProxyCommand=x',
    'ada@-oX',
    'ssh://-oX',
    'a b',
    'a\tb',
    'a;b',
    '$(x)',
    'a,,b',
    '',
    'ada@',
    'x'.repeat(300),
    'a\u001b[31m',
  ]) {
    assert.throws(
      () => parseTargets([list]),
      (error: unknown) => error instanceof WarpwatchError && error.code === 'usage',
      list,
    );
  }
  const many = Array.from({ length: 65 }, (_, index) => `h${index}`).join();
  assert.throws(() => parseTargets([many]), /at most 64 hosts, here are 65/);
});

test('ssh asks no questions, and its options end before the host', () => {
  const words = sshArguments('ada@node1', 'warpwatch top --json');
  assert.ok(words.includes('BatchMode=yes'));
  assert.equal(words.slice(-3), ['--', 'ada@node1', 'warpwatch top --json']);
});

const reasons: readonly (readonly [said: string, code: number | null, tells: RegExp])[] = [
  [
    'ssh: Could not resolve hostname nx: Name or service not known\r\n',
    255,
    /^Could not resolve hostname nx: Name or service not known: no host of this name/,
  ],
  [
    'ssh: connect to host n port 22: Connection refused',
    255,
    /^connect to host.*refused: it is there, but no ssh server/,
  ],
  ['ssh: connect to host n port 22: Connection timed out', 255, /is it up/],
  ['banner\nada@n: Permission denied (publickey,password).', 255, /^ada@n: Permission denied .*ssh-copy-id/],
  ['@@@\nHost key verification failed.', 255, /look at the key/],
  ['bash: line 1: warpwatch: command not found', 127, /^warpwatch is not installed there.*--remote-command/],
  ["error: unknown option '--json'", 2, /too old/],
  ['', 255, /^the connection ended \(code 255\)\.$/],
  ['', null, /ended by a signal/],
  ['\u001b[31mred', 1, /^red\.$/],
];
for (const [said, code, tells] of reasons) {
  test(`tells why: ${JSON.stringify(said)} and ${code}`, () => assert.match(whyEnded(said, code), tells));
}

test('lines are put together from pieces, and one that is too long is none', () => {
  const lines = new Lines(8);
  assert.equal(lines.take('one\ntw'), ['one']);
  assert.equal(lines.take('o\n\nthr'), ['two', '']);
  assert.equal(lines.take('ee\n'), ['three']);
  assert.is(lines.take('123456789'), null);
  assert.is(new Lines(8).take('123456789\n'), null);
});

test('the pause before a next try doubles up to a minute', () => {
  assert.equal([1, 2, 3, 6, 7, 50].map(pauseSeconds), [1, 2, 4, 32, 60, 60]);
});

test('a few at a time: who waits gets the slot that is given back', async () => {
  const slots = new Slots(1);
  const giveBack = await slots.take();
  let later = false;
  const waiting = slots.take().then((next) => {
    later = true;
    return next;
  });
  await Promise.resolve();
  assert.not(later);
  giveBack();
  giveBack();
  (await waiting)();
  await slots.take();
});

test('curves grow with each moment, and have a hole where none came', () => {
  const curves = new HostCurves(1);
  const moment = machine([0.9, 0.4, '']);
  for (const second of [10, 11.1, 11.9, 15]) curves.add(moment, second);
  const history = () => curves.add(moment, 16).devices[0]?.history.util ?? [];
  assert.equal(history(), [0.9, 0.9, 0.9, Number.NaN, Number.NaN, 0.9, 0.9]);
  curves.skipTo(20);
  assert.equal(curves.add(moment, 21).devices[0]?.history.smActive.slice(-5), [NaN, NaN, NaN, NaN, 0.4]);
});

test('the curve of a GPU that was away for a while has a gap there', () => {
  const curves = new HostCurves(1);
  const whole = machine([0.9, 0.4, ''], [0.8, 0.3, '']);
  curves.add(whole, 1);
  for (const second of [2, 3]) curves.add({ ...whole, devices: whole.devices.slice(0, 1) }, second);
  assert.equal(curves.add(whole, 4).devices[1]?.history.util, [0.8, Number.NaN, Number.NaN, 0.8]);
});

test('curves are bounded, however long a host is watched', () => {
  const curves = new HostCurves(1);
  const moment = machine([0.9, 0.4, '']);
  for (let second = 0; second < 5000; second++) curves.add(moment, second);
  curves.skipTo(1e9);
  assert.ok((curves.add(moment, 1e9 + 1).devices[0]?.history.util.length ?? 0) <= 2000);
});

test('the loss of a training is a curve by step; one that begins again begins anew', () => {
  const curves = new HostCurves(1);
  const at = (step: number, loss: number) => {
    const { training, ...rest } = running();
    return { ...rest, training: training && { ...training, step, loss: { x: [step], y: [loss] } } };
  };
  curves.add(at(10, 3), 1);
  curves.add(at(10, 3), 2);
  assert.equal(curves.add(at(12, 2), 3).training?.loss, { x: [10, 12], y: [3, 2] });
  assert.equal(curves.add(at(1, 4), 4).training?.loss, { x: [1], y: [4] });
});

test.run();
