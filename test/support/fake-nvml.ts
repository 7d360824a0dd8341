/** Builds and scripts the driver library of `fake-nvml/`, whose README describes the lines of a script. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryDirectory } from './temporary.ts';

const sources = join(import.meta.dirname, 'fake-nvml');
const libraryName = 'libnvidia-ml.so.1';

/** A scripted driver, as a program that is started with `env` finds it. */
export interface FakeDriver {
  readonly env: { readonly LD_LIBRARY_PATH: string; readonly FAKE_NVML: string };
  /** Path of its script. */
  readonly script: string;
  /** Path of the library. */
  readonly library: string;
}

/**
 * Builds the library, or finds the one that was built before.
 * @param missing functions that it lacks, as an old driver does
 * @returns its path
 */
export function buildFakeNvml(missing: readonly string[] = []): string {
  const hash = createHash('sha256').update(JSON.stringify(missing));
  for (const file of readdirSync(sources)) hash.update(readFileSync(join(sources, file)));
  const directory = join(
    tmpdir(),
    `warpwatch-fake-nvml-${process.getuid?.() ?? 0}`,
    hash.digest('hex').slice(0, 16),
  );
  const library = join(directory, libraryName);
  if (existsSync(library)) return library;
  mkdirSync(directory, { recursive: true });
  const draft = join(directory, `${process.pid}.draft`);
  const exports = join(directory, `${process.pid}.map`);
  // A whole name goes before a pattern, so these are hidden although `nvml*` is not.
  writeFileSync(exports, `{ global: nvml*; local: ${missing.map((name) => `${name}; `).join('')}*; };\n`);
  const files = readdirSync(sources)
    .filter((file) => file.endsWith('.c'))
    .map((file) => join(sources, file));
  const flags = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-pthread'];
  execFileSync('cc', [...flags, `-Wl,--version-script=${exports}`, '-o', draft, ...files]);
  // Several tests may build at once: each gives its own the name in one step.
  renameSync(draft, library);
  return library;
}

/** Writes a script and tells the environment in which a program sees its GPUs. */
export function fakeNvmlEnvironment(script: string, missing: readonly string[] = []): FakeDriver {
  const library = buildFakeNvml(missing);
  const path = join(temporaryDirectory(), 'gpus.txt');
  writeFileSync(path, script);
  return { env: { LD_LIBRARY_PATH: join(library, '..'), FAKE_NVML: path }, script: path, library };
}

/** Changes what a running driver shows, in one step. */
export function rewriteScript(path: string, script: string): void {
  const draft = `${path}.draft`;
  writeFileSync(draft, script);
  renameSync(draft, path);
}

/** One GPU at util 97 % with 41 % of its SM time active; further lines belong to it. */
export function h200(...lines: readonly string[]): string {
  return ['gpu', 'name NVIDIA H200', 'util 97', 'gpm 2 41.0', ...lines, ''].join('\n');
}

/** Eight GPUs that go up and down, each with two processes. */
export function eightGpus(): string {
  return Array.from({ length: 8 }, (_, index) => {
    const period = 20_000 + index * 3000;
    return [
      'gpu',
      'name NVIDIA H200',
      `wave util 60 99 ${period}`,
      `wave gpm2 20 80 ${period}`,
      `wave gpm3 10 40 ${period}`,
      `wave gpm5 2 45 ${period}`,
      `wave gpm10 10 60 ${period}`,
      `wave power 200000 600000 ${period}`,
      `process ${4000 + index} compute 60000000000 sm 70`,
      `process ${5000 + index} graphics 500000000`,
    ].join('\n');
  }).join('\n');
}
