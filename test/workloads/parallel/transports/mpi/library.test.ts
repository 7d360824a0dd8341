import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../../../src/model/errors.ts';
import { loadMpi, namesFor } from '../../../../../workloads/parallel/transports/mpi/library.ts';
import { scalableFloats } from '../../../../../workloads/parallel/transports/mpi/scaled-memory.ts';
import { MpiWorld } from '../../../../../workloads/parallel/transports/mpi/world.ts';
import { compile } from '../../../../support/compile.ts';
import { needs } from '../../../../support/needs.ts';
import { temporaryDirectory } from '../../../../support/temporary.ts';

const test = suite('library of MPI');

const failureOf = (act: () => unknown): WarpwatchError => {
  try {
    act();
  } catch (error) {
    if (error instanceof WarpwatchError) return error;
  }
  throw new Error('it should have failed with a sentence');
};

test('where there is no MPI, it says what to install and what goes without', () => {
  const { code, message } = failureOf(() => loadMpi(['libmpi-that-is-not-there.so']));
  assert.is(code, 'no-backend');
  assert.is(
    message,
    "No MPI is installed here; install Open MPI (Debian's openmpi-bin) on every machine, or use `--transport shared-memory`.",
  );
});

needs('cc', test)('another MPI is told apart', () => {
  const source = 'int MPI_Init_thread(void) { return 0; }';
  const path = compile(temporaryDirectory(), 'libmpi.so.12', source, '-shared', '-fPIC');
  const { code, message } = failureOf(() => loadMpi([path]));
  assert.is(code, 'no-backend');
  assert.match(message, /libmpi\.so\.12 is another MPI than Open MPI; install Open MPI /);
});

test('a library that cannot be loaded says why', () => {
  const { message } = failureOf(() => loadMpi([join(import.meta.dirname, 'library.test.ts')]));
  assert.match(message, /^The MPI library of this machine cannot be loaded \(.+\); install Open MPI /);
});

test('an Open MPI in a folder of its own comes first', () => {
  assert.equal(namesFor({}), ['libmpi.so.40', 'libmpi.so']);
  assert.is(namesFor({ OPAL_PREFIX: '/opt/openmpi' })[0], '/opt/openmpi/lib/libmpi.so');
});

test('a process that mpirun did not start says how to start it', () => {
  const { code, message } = failureOf(() => MpiWorld.start({}));
  assert.is(code, 'usage');
  assert.match(message, /start it as `mpirun -np 2 warpwatch bench --transport mpi …`/);
});

test('floats of any number are scaled, and nothing beside them', () => {
  const arrays = scalableFloats([1, 16, 17, 0, 100]);
  for (const { values } of arrays) values.fill(3);
  arrays[2]?.scale(0.5);
  for (const [index, { values }] of arrays.entries())
    assert.ok(values.every((value) => value === (index === 2 ? 1.5 : 3)));
  assert.equal(
    arrays.map(({ values }) => values.length),
    [1, 16, 17, 0, 100],
  );
});

test.run();
