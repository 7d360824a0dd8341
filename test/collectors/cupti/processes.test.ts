import { readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { device, executionsOf, train, writeScript } from '../../support/fake-cupti.ts';
import { needs } from '../../support/needs.ts';
import { countActivity } from '../../support/recordings.ts';

const test = suite('agent: processes and how they end');
const withCompiler = needs('cc', test);

const shape = '132 1 1 256 1 1 64 0 0';
const kernel = (startNs: number, name = 'k') => `kernel ${startNs} 500 0 7 ${shape} ${name}`;
const streamsOf = (directory: string) => readdirSync(directory).filter((file) => file.endsWith('.stream'));

withCompiler('a child that begins CUDA itself has a stream of its own, and its parent loses nothing', () => {
  const child = writeScript(['init', kernel(2000, 'of the child')]);
  const trained = train([device, `fork ${child}`, 'init', kernel(1000, 'of the parent')]);
  assert.is(trained.code, 0, trained.stderr);
  assert.is(streamsOf(trained.directory).length, 2);
  assert.equal(
    executionsOf(trained).map(({ startNs, launch }) => [startNs, launch?.name]),
    [
      [1000, 'of the parent'],
      [2000, 'of the child'],
    ],
  );
  const pids = trained.timeline.producers.map(({ processId }) => processId);
  assert.ok(pids.includes(trained.pid));
  assert.is(new Set(pids).size, 2);
  assert.equal(
    trained.timeline.producers.map(({ program, outcome }) => [program, outcome]),
    [
      ['trainer', 'ended'],
      ['trainer', 'ended'],
    ],
  );
});

withCompiler('a child that is forked after CUDA began writes nothing and ends in peace', () => {
  const child = writeScript(['say here']);
  const trained = train([device, 'init', kernel(1000), `fork ${child}`, kernel(3000)]);
  assert.is(trained.code, 0, trained.stderr);
  assert.match(trained.stdout, /^here$/m);
  assert.is(streamsOf(trained.directory).length, 1);
  assert.is(executionsOf(trained).length, 2);
});

withCompiler('a program that another one becomes (exec) has a second stream', () => {
  const second = writeScript([device, 'init', kernel(1000, 'after')]);
  const trained = train([
    device,
    'init',
    kernel(1000, 'before'),
    'flush',
    'until 300000000',
    `exec ${second}`,
  ]);
  assert.is(trained.code, 0, trained.stderr);
  assert.equal(streamsOf(trained.directory), [
    `cupti-${trained.pid}-2.stream`,
    `cupti-${trained.pid}.stream`,
  ]);
  assert.equal(trained.timeline.launches.map(({ name }) => name).sort(), ['after', 'before']);
});

withCompiler('the rank that torchrun, mpirun or Slurm gives is told', () => {
  for (const env of [
    { RANK: '3', WORLD_SIZE: '8' },
    { OMPI_COMM_WORLD_RANK: '3', OMPI_COMM_WORLD_SIZE: '8' },
    { SLURM_PROCID: '3', SLURM_NTASKS: '8' },
  ]) {
    const { timeline } = train(
      [device, 'init', kernel(1000), 'range 1000 2000 7 step 1', 'mark 1500 loss=2'],
      { env },
    );
    assert.equal(timeline.ranks, [{ rank: 3, worldSize: 8, devices: ['gpu0'] }]);
    assert.is(timeline.steps[0]?.rank, 3);
    assert.equal(
      timeline.series.map(({ series }) => [series.metric, series.from]),
      [['loss', 'nvtx, rank 3']],
    );
  }
});

withCompiler('SIGKILL loses at most what was not flushed yet, and the recording opens', () => {
  const trained = train([
    device,
    'init',
    'repeat 1000 1000',
    kernel(1000, 'flushed'),
    'flush',
    'until 1000000000',
    'repeat 10 1000',
    kernel(900_000_000, 'too late'),
    'raise 9',
  ]);
  assert.is(trained.signal, 'SIGKILL');
  assert.is(trained.timeline.damage.length, 1);
  assert.match(trained.timeline.damage[0] ?? '', 'has no end: its program was killed');
  assert.is(trained.timeline.producers[0]?.outcome, 'running');
  const flushed = executionsOf(trained).filter(({ launch }) => launch?.name === 'flushed');
  assert.is(flushed.length, 1000);
});

withCompiler('a fault, an abort and SIGTERM end the program as ever, with all that was recorded', () => {
  for (const [number, signal] of [
    [11, 'SIGSEGV'],
    [6, 'SIGABRT'],
    [15, 'SIGTERM'],
  ] as const) {
    const trained = train([device, 'init', 'repeat 1000 1000', kernel(1000), `raise ${number}`]);
    assert.is(trained.signal, signal);
    assert.is(countActivity(trained.timeline), 1000, signal);
    assert.is(trained.timeline.producers[0]?.outcome, 'failed');
    assert.match(trained.timeline.producers[0]?.message ?? '', `signal ${number}`);
  }
});

withCompiler('exit keeps its code and flushes; _exit flushes what is due and no more', () => {
  const left = train([device, 'init', 'repeat 1000 1000', kernel(1000), 'exit 7']);
  assert.is(left.code, 7);
  assert.is(countActivity(left.timeline), 1000);
  assert.is(left.timeline.producers[0]?.outcome, 'ended');
  const gone = train([device, 'init', kernel(1000), 'flush', 'until 500000000', '_exit 8']);
  assert.is(gone.code, 8);
  assert.is(countActivity(gone.timeline), 1);
  assert.is(gone.timeline.producers[0]?.outcome, 'running');
});

withCompiler('exit while records are on their way waits for them', () => {
  const lines = ['delay 100000000', 'init', 'repeat 20000 10', kernel(1000), 'flush', 'repeat 20000 10'];
  const trained = train([device, ...lines, kernel(5_000_000)]);
  assert.is(trained.code, 0);
  assert.is(countActivity(trained.timeline), 40_000);
});

test.run();
