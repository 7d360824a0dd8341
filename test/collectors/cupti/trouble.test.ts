import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compile } from '../../support/compile.ts';
import { device, executionsOf, type Trained, train } from '../../support/fake-cupti.ts';
import { needs } from '../../support/needs.ts';
import { countActivity } from '../../support/recordings.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('agent: trouble');
const withCompiler = needs('cc', test);

const shape = '132 1 1 256 1 1 64 0 0';
const kernel = (startNs: number, name = 'k') => `kernel ${startNs} 500 0 7 ${shape} ${name}`;
const lines = [device, 'init', kernel(1000), 'say still here'];

/** The program is unharmed; the recording says why it has no kernels. */
function assertPassive(trained: Trained, why: RegExp): void {
  assert.is(trained.code, 0, trained.stderr);
  assert.match(trained.stdout, /^still here$/m);
  assert.is(countActivity(trained.timeline), 0);
  const said = trained.timeline.absences.find(({ metric }) => metric === 'kernels');
  assert.ok(why.test(said?.why ?? ''), said?.why);
  assert.is(trained.timeline.producers[0]?.outcome, 'ended');
}

withCompiler('another profiler holds CUPTI: it steps aside with a sentence', () => {
  const [first = '', ...rest] = lines;
  assertPassive(train([first, 'result cuptiSubscribe 39', ...rest]), /Another profiler holds CUPTI/);
  assertPassive(train([first, 'result cuptiSubscribe 12', ...rest]), /Another profiler holds CUPTI/);
});

withCompiler(
  'a driver that permits no profiling, a CUPTI that is too old, an error that nobody knows',
  () => {
    const [first = '', ...rest] = lines;
    assertPassive(train([first, 'result cuptiActivityEnable 35', ...rest]), /does not permit profiling/);
    assertPassive(train([first, 'api 8', ...rest]), /older than CUDA 8/);
    assertPassive(
      train([first, 'result cuptiActivityRegisterCallbacks 33', ...rest]),
      /answers 33 \(CUPTI_ERROR_V/,
    );
    assertPassive(train([first, 'result cuptiActivityEnable 777', ...rest]), /answers 777/);
  },
);

withCompiler('a kind of record that this CUPTI does not know costs nothing but itself', () => {
  const [first = '', ...rest] = lines;
  const refused = [12, 17, 22].map((kind) => `result cuptiActivityEnable 21 ${kind}`);
  const trained = train([first, ...refused, ...rest]);
  assert.is(countActivity(trained.timeline), 1);
  assert.equal(trained.timeline.absences, []);
});

withCompiler('no libcupti anywhere: it says where it looked', () => {
  const env = { WARPWATCH_LIBCUPTI: '/nowhere/libcupti.so.12', LD_LIBRARY_PATH: '/nowhere' };
  assertPassive(
    train(lines, { env, through: withoutLibcupti() }),
    /No libcupti was found; looked at \/nowhere\/libcupti\.so\.12, .*Install/,
  );
});

withCompiler('no room for a single byte: the program does not notice, with records and without', () => {
  const through = ['bash', '-c', 'ulimit -f 0; exec "$0" "$@"'];
  for (const more of [[], ['result cuptiSubscribe 39']]) {
    const trained = train([device, ...more, 'init', kernel(1000), 'exit 5'], { through });
    assert.is(trained.signal, null);
    assert.is(trained.code, 5, trained.stderr);
    assert.is(countActivity(trained.timeline), 0);
  }
});

/** Where the machine has a libcupti, in a name space in which its directories are empty. */
function withoutLibcupti(): string[] {
  const listed = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? '';
  const libraries = [...listed.matchAll(/libcupti\S* .*=> (\S+)/g)].map(([, path = '']) => path);
  const directories = new Set(libraries.map((path) => dirname(realpathSync(path))));
  if (directories.size === 0) return [];
  const mounts = [...directories].map((path) => `mount -t tmpfs none '${path}'`);
  return ['unshare', '-rm', 'sh', '-c', `${mounts.join(' && ')} && exec "$0" "$@"`];
}

withCompiler('no directory to record into, or none that may be written: the program does not notice', () => {
  const gone = train(lines, { env: { WARPWATCH_RECORDING: '/nowhere/at/all' } });
  assert.is(gone.code, 0);
  assert.match(gone.stdout, /still here/);
  assert.is(gone.stderr, '');
  assert.is(gone.timeline.producers.length, 0);
  const relative = train(lines, { env: { WARPWATCH_RECORDING: 'here' } });
  assert.is(relative.code, 0);
  assert.is(relative.timeline.producers.length, 0);
});

withCompiler(
  'a full disk: what found no room is dropped, the program goes on, what stands before opens',
  () => {
    const trained = train(
      [
        device,
        'init',
        ...Array.from({ length: 40 }, (_, at) => ['repeat 4000 50', kernel(1000 + at * 1e6)]).flat(),
        'exit 5',
      ],
      { through: ['bash', '-c', 'ulimit -f 64; exec "$0" "$@"'] },
    );
    assert.is(trained.code, 5, trained.stderr);
    assert.is(trained.signal, null);
    const kept = countActivity(trained.timeline);
    assert.ok(kept < 160_000, `${kept} of 160,000 kept`);
    const told = trained.timeline.losses.dropped > 0 || trained.timeline.damage.length > 0;
    assert.ok(told || trained.timeline.producers[0]?.outcome === 'running', 'nothing is hidden');
  },
);

withCompiler(
  'a program that launches faster than can be read: what is kept and what is counted is all',
  () => {
    const records = 3_000_000;
    const { code, timeline } = train([device, 'init', `tilt ${records} 0 100 64`]);
    assert.is(code, 0);
    assert.is(countActivity(timeline) + timeline.losses.dropped, records);
    assert.equal(timeline.damage, []);
  },
);

withCompiler('a disk that is too slow holds up nobody: what finds no room is dropped and counted', () => {
  const slow = compile(
    temporaryDirectory(),
    'slow-disk.so',
    `#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
ssize_t write(int file, const void *bytes, size_t count) {
  if (file > 2) nanosleep(&(struct timespec){0, 400000000}, 0);
  return syscall(SYS_write, file, bytes, count);
}
`,
    '-shared',
    '-fPIC',
  );
  const records = 3_000_000;
  const trained = train([device, 'init', `tilt ${records} 3000000 100 64`], { env: { LD_PRELOAD: slow } });
  assert.is(trained.code, 0, trained.stderr);
  const { madeNs }: { madeNs: number } = JSON.parse(trained.stdout.trimEnd().split('\n').at(-1) ?? '');
  assert.ok(madeNs < 2e9, `${madeNs} ns for a second of launches`);
  const { timeline } = trained;
  assert.ok(timeline.losses.dropped > 0);
  assert.is(countActivity(timeline) + timeline.losses.dropped, records);
  assert.equal(timeline.damage, []);
});

withCompiler('names of 64 KiB, in UTF-8 and in none', () => {
  const long = 'x'.repeat(70_000);
  const greek = 'ά'.repeat(40_000);
  const trained = train([
    device,
    'init',
    kernel(1000, long),
    kernel(2000, greek),
    kernel(3000, 'caf\\xc3\\xa9 \\xff\\xfe end'),
    kernel(4000, 'tab\\x09 and \\x1b[31m'),
    kernel(5000, ''),
  ]);
  assert.equal(trained.timeline.damage, []);
  const names = executionsOf(trained).map(({ launch }) => launch?.name ?? '');
  assert.is(names[0], long.slice(0, 65_535));
  assert.ok(/^ά+$/.test(names[1] ?? ''), 'no character is cut in two');
  assert.is(Buffer.byteLength(names[1] ?? ''), 65_534);
  assert.is(names[2], 'café \ufffd\ufffd end');
  assert.is(names[3], 'tab\t and \u001b[31m');
  assert.is(names[4], '');
});

withCompiler('without a recording the agent does nothing', () => {
  const trained = train(lines, { env: { WARPWATCH_RECORDING: '' } });
  assert.is(trained.code, 0);
  assert.match(trained.stdout, /still here/);
  assert.is(trained.timeline.producers.length, 0);
});

test.run();
