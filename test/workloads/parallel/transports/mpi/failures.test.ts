import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../../../../support/cli.ts';
import { needs } from '../../../../support/needs.ts';
import { type Played, playJob } from './job.ts';
import { abortCode } from './plan.ts';

const test = suite('failures over MPI');
const testWithMpi = needs('mpirun', test);

const alike = { 'batch size': '32' };

/** The last ends the job: rank 1 does nothing any more. */
let job: Promise<Played> | null = null;
const played = () => {
  job ??= playJob(2, [
    { scenarios: ['agree', 'agree'], input: [alike, { 'batch size': '16' }] },
    { scenarios: ['barrier', 'close'], goesOn: true },
    { scenarios: ['barrier', 'close'] },
    { scenarios: ['takeBoth', 'close'], goesOn: true },
    { scenarios: ['stepAndWait', 'stepTwiceAndHang'], deadlineSeconds: 0.3 },
  ]);
  return job;
};
const messageOf = async (plan: number, rank: number) => {
  const outcome = (await played()).of(plan)[rank];
  return outcome?.kind === 'error' ? outcome.message : `${outcome?.kind}`;
};

async function assertGone(pids: readonly number[]): Promise<void> {
  assert.is(pids.length, 2);
  for (const pid of pids) await until(() => !isRunning(pid), `process ${pid} to end`);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

testWithMpi('ranks that are not alike say in what, all of them', async () => {
  const sentence = 'Replica 1 has batch size 16, replica 0 has 32: start all of them alike.';
  assert.equal([await messageOf(0, 0), await messageOf(0, 1)], [sentence, sentence]);
});

testWithMpi('who waits for a rank that has left goes on where the group does', async () => {
  const outcome = (await played()).of(1)[0];
  assert.is(outcome?.kind, 'value');
  assert.is((outcome as { value: { living: number } }).value.living, 1);
});

testWithMpi('who waits for a rank that has left stops where the group does, and names it', async () => {
  assert.match(await messageOf(2, 0), /^Replica 1 is lost, and the others stopped with it: /);
  assert.match(await messageOf(3, 0), /^Replica 1 is lost, .* averages over MPI go on with all or none: /);
});

testWithMpi('a wait for a rank that hangs ends, names it, and the job leaves no process', async () => {
  assert.match(
    await messageOf(4, 0),
    /^Replica 0 waited 0.3 s in its step 2 for the average of bucket 0, and replica 1 \(2 steps made\) did not come: /,
  );
  const { code, pids } = await played();
  assert.is(code, abortCode);
  await assertGone(pids);
});

testWithMpi('a rank that is killed ends the others', async () => {
  const { code, pids, of } = await playJob(2, [{ scenarios: ['meetTwice', 'die'] }]);
  assert.is.not(code, 0);
  assert.equal(of(0), []);
  await assertGone(pids);
});

test.run();
