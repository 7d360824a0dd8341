/**
 * Runs every `*.test.ts` below test/ (or those whose path holds the first argument), several files at once, and adds up
 * what they say. What runs a file is `run-files.ts`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'uvu/parse';
import type { FileOutcome } from './run-files.ts';

/** The whole suite must end within this; the project promises five minutes. */
const runLimitMs = 5 * 60_000;
/** Half of the time a test waits for a terminal, a browser or a process. */
const processes = availableParallelism() + 1;
/** What a process may leave open after its last file. */
const closingLimitMs = 5_000;

const begin = performance.now();
const filter = process.argv[2] ?? '';
const { suites } = await parse(dirname(import.meta.dirname), '\\.test\\.ts$');
// Trainings take longest and stand last in the alphabet: none of them is to be what all wait for at the end.
const waiting = suites.filter((suite) => suite.name.includes(filter)).reverse();
let failed = false;
const sums = { total: 0, passed: 0, skipped: 0 };
const running = new Map<ChildProcess, string>();
if (waiting.length === 0) fail(`no test file matches "${filter}"`);
setTimeout(() => {
  const names = [...running.values()].join(', ');
  fail(`the tests did not end within ${runLimitMs / 1000} s; still running: ${names}`);
}, runLimitMs).unref();

await Promise.all(Array.from({ length: Math.min(processes, waiting.length) }, runInChild));

process.stdout.write(`\n  Total:     ${sums.total}\n  Passed:    ${sums.passed}\n`);
process.stdout.write(`  Skipped:   ${sums.skipped}\n`);
process.stdout.write(`  Duration:  ${((performance.now() - begin) / 1000).toFixed(1)} s\n\n`);
if (failed || sums.passed < sums.total) process.exitCode = 1;

/** One process, which is handed a file whenever it is done with one. */
function runInChild(): Promise<void> {
  return new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, 'run-files.ts'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let closing: NodeJS.Timeout | undefined;
    const handOut = () => {
      const next = waiting.shift();
      if (next !== undefined) {
        running.set(child, next.name);
        child.send(next);
        return;
      }
      running.delete(child);
      child.disconnect();
      closing = setTimeout(() => child.kill('SIGUSR2'), closingLimitMs);
    };
    child.on('message', (outcome: FileOutcome) => {
      process.stdout.write(`${outcome.output}\n`);
      sums.total += outcome.total;
      sums.passed += outcome.passed;
      sums.skipped += outcome.skipped;
      if (!outcome.whole) failed = true;
      handOut();
    });
    child.once('exit', (code, signal) => {
      clearTimeout(closing);
      const file = running.get(child);
      running.delete(child);
      if (code !== 0) {
        failed = true;
        const where = file === undefined ? 'after its last file' : `in ${file}`;
        process.stderr.write(`\ntest run failed: a process of tests ended ${where} with ${signal ?? code}\n`);
      }
      resolve();
    });
    handOut();
  });
}

function fail(reason: string): never {
  process.stderr.write(`\ntest run failed: ${reason}\n`);
  for (const child of running.keys()) child.kill('SIGKILL');
  process.exit(1);
}
