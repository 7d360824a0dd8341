/**
 * Runs every `*.test.ts` below test/ (or those whose path holds the first argument) with uvu, and adds the
 * guards that uvu lacks: a file that registers no suite fails instead of passing silently, a failure that a
 * throwing hook hides fails too, and an open handle ends the run with its name instead of hanging it.
 */
import { dirname } from 'node:path';
import fc from 'fast-check';
import { parse } from 'uvu/parse';

/** The whole suite must end within this; the project promises five minutes. */
const runLimitMs = 5 * 60_000;
/** What a file may leave open after the last test. */
const closingLimitMs = 5_000;

// At a desk each run tries other values; under CI a red run must be red again.
if (process.env['CI'] === 'true') fc.configureGlobal({ seed: 1 });

type SuiteRun = () => Promise<readonly [errors: string, passed: number, skipped: number, total: number]>;

const filter = process.argv[2] ?? '';
const root = dirname(import.meta.dirname);
const { suites } = await parse(root, '\\.test\\.ts$');
const chosen = suites.filter((suite) => suite.name.includes(filter));
if (chosen.length === 0) fail(`no test file matches "${filter}"`);

let failed = false;
const queue: unknown[][] = [];
Object.assign(globalThis, { UVU_DEFER: 1, UVU_QUEUE: queue });
// uvu reads the two globals when it is loaded.
const { exec } = await import('uvu');
setTimeout(() => fail(`the tests did not end within ${runLimitMs / 1000} s`), runLimitMs).unref();

for (const [index, suite] of chosen.entries()) {
  Object.assign(globalThis, { UVU_INDEX: index });
  const group: unknown[] = [suite.name];
  queue.push(group);
  await import(suite.file);
  if (group.length === 1) fail(`${suite.name} registers no suite: it lacks test.run()`);
  for (let at = 1; at < group.length; at++) group[at] = countingRun(group[at] as SuiteRun);
}

await exec();
if (failed) process.exitCode = 1;

setTimeout(() => {
  fail(`a test left something open: ${process.getActiveResourcesInfo().join(', ')}`);
}, closingLimitMs).unref();

/** Where a hook throws after a failed test, uvu reports no error and ends with code 0; the counts still tell. */
function countingRun(run: SuiteRun): SuiteRun {
  return async () => {
    const outcome = await run();
    const [, passed, skipped, total] = outcome;
    if (passed + skipped < total) failed = true;
    return outcome;
  };
}

function fail(reason: string): never {
  process.stderr.write(`\ntest run failed: ${reason}\n`);
  process.exit(1);
}
