/**
 * A process of the test run: runs the files that it is handed with uvu, one after the other, and adds the guards that uvu lacks:
 * a file that registers no suite fails instead of passing silently, a failure that a throwing hook hides fails too, and
 * an open handle at the end is named instead of hanging the run.
 */
import fc from 'fast-check';

/** What a file came to. */
export interface FileOutcome {
  /** All that it printed. */
  readonly output: string;
  readonly passed: number;
  readonly skipped: number;
  readonly total: number;
  /** False where something failed that the counts do not tell. */
  readonly whole: boolean;
}

type SuiteRun = () => Promise<
  readonly [errors: string | true, passed: number, skipped: number, total: number]
>;

// At a desk each run tries other values; under CI a red run must be red again.
if (process.env['CI'] === 'true') fc.configureGlobal({ seed: 1 });

const queue: SuiteRun[][] = [];
// uvu reads the globals when it is loaded and when a file registers its suite.
Object.assign(globalThis, { UVU_DEFER: 1, UVU_QUEUE: queue });

process.on('message', async ({ name, file }: { name: string; file: string }) => {
  const outcome = await capturing((output) => runFile(name, file, output));
  process.send?.(outcome);
});
// Sent where the process does not end by itself.
process.on('SIGUSR2', () => {
  process.stderr.write(`\na test left something open: ${process.getActiveResourcesInfo().join(', ')}\n`);
  process.exit(1);
});

async function runFile(name: string, file: string, output: () => string): Promise<FileOutcome> {
  Object.assign(globalThis, { UVU_INDEX: queue.length });
  const group: SuiteRun[] = [];
  queue.push(group);
  process.stdout.write(`${name}\n`);
  let [passed, skipped, total] = [0, 0, 0];
  let whole = true;
  const begin = performance.now();
  try {
    await import(file);
    if (group.length === 0) throw new Error(`${name} registers no suite: it lacks test.run()`);
    for (const run of group) {
      const [errors, ran, left, all] = await run();
      if (errors !== true) process.stdout.write(`\n${errors}\n`);
      passed += ran;
      skipped += left;
      total += all;
    }
  } catch (error) {
    whole = false;
    process.stdout.write(`\n${error instanceof Error ? error.stack : String(error)}\n`);
  }
  process.stdout.write(` ${((performance.now() - begin) / 1000).toFixed(1)} s\n`);
  return { output: output(), passed, skipped, total, whole };
}

/** Files run side by side: what one prints is handed on as a whole. */
async function capturing(body: (output: () => string) => Promise<FileOutcome>): Promise<FileOutcome> {
  const parts: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = (chunk: string | Uint8Array) => {
    parts.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    return true;
  };
  try {
    return await body(() => parts.join(''));
  } finally {
    process.stdout.write = write;
  }
}
