/** Builds and scripts the made-up CUDA of `test/collectors/cupti/fake/`, whose README describes the lines of a script. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Launch } from '../../src/model/activity.ts';
import type { Timeline } from '../../src/model/timeline.ts';
import { readManifest } from '../../src/recording/manifest.ts';
import { readRecording } from '../../src/recording/reader.ts';
import { createRecording } from '../../src/recording/recording.ts';
import { activityOf, testManifest } from './recordings.ts';
import { temporaryDirectory } from './temporary.ts';

const sources = join(import.meta.dirname, '../collectors/cupti/fake');
const agentSources = join(import.meta.dirname, '../../collectors/cupti');

/** A built set: the program, the libraries it loads, and the agent, all with the same flags. */
export interface FakeCuda {
  readonly trainer: string;
  readonly libcupti: string;
  readonly agent: string;
}

/**
 * Builds the set, or finds the one that was built before.
 * @param flags of the compiler, such as `-fsanitize=thread`
 */
export function buildFakeCuda(flags: readonly string[] = []): FakeCuda {
  const hash = createHash('sha256').update(JSON.stringify(flags));
  for (const room of [sources, agentSources, join(agentSources, 'agent')]) {
    for (const entry of readdirSync(room, { withFileTypes: true })) {
      if (entry.isFile()) hash.update(entry.name).update(readFileSync(join(room, entry.name)));
    }
  }
  const directory = join(
    tmpdir(),
    `warpwatch-fake-cuda-${process.getuid?.() ?? 0}`,
    hash.digest('hex').slice(0, 16),
  );
  const set = {
    trainer: join(directory, 'trainer'),
    libcupti: join(directory, 'libcupti.so.12'),
    agent: join(directory, 'agent.so'),
  };
  if (!existsSync(directory)) build(directory, flags);
  return set;
}

/** In a directory of its own, which gets the name when all of it is there: several tests may build at once. */
function build(directory: string, flags: readonly string[]): void {
  const draft = `${directory}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const path = (name: string) => join(draft, name);
  const source = (name: string) => join(sources, name);
  const common = ['-std=gnu11', '-O2', '-g', '-Wall', '-Wextra', '-Werror', '-pthread', ...flags];
  const shared = [...common, '-shared', '-fPIC', '-Wl,-rpath,$ORIGIN'];
  const compile = (...words: string[]) =>
    execFileSync('cc', words, { stdio: ['ignore', 'ignore', 'inherit'] });
  compile(...shared, '-Wl,-soname,libcuda.so.1', '-o', path('libcuda.so.1'), source('cuda.c'), '-ldl');
  const parts = ['cupti.c', 'clock.c', 'records.c', 'worker.c'].map(source);
  compile(...shared, '-o', path('libcupti.so.12'), ...parts, path('libcuda.so.1'));
  compile(
    ...common,
    '-Wl,-rpath,$ORIGIN',
    '-o',
    path('trainer'),
    source('trainer.c'),
    source('script.c'),
    path('libcuda.so.1'),
    '-ldl',
  );
  const agent = [join(agentSources, 'build-agent.mjs'), path('agent.so'), '-g', '-Werror', ...flags];
  execFileSync(process.execPath, agent, { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    renameSync(draft, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
    rmSync(draft, { recursive: true });
  }
}

/** One GPU as large as an H200. */
export const device = 'device 132 9 0 150754820096 NVIDIA Fake GPU';

export function writeScript(lines: readonly string[]): string {
  const path = join(temporaryDirectory(), 'script.txt');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

export interface TrainOptions {
  /** Beside those that the agent needs. */
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** Words before the program, such as `['bash', '-c', 'ulimit -f 64; exec "$0" "$@"']`. */
  readonly through?: readonly string[];
}

export interface Trained {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly directory: string;
  /** What the agent left, read by the real reader. */
  readonly timeline: Timeline;
  /** The program's moment 0 on the timeline. */
  readonly baseNs: number;
  readonly pid: number;
}

/** Runs the program with the agent, into a recording of its own. */
export function train(lines: readonly string[], options: TrainOptions = {}): Trained {
  const set = buildFakeCuda(options.flags);
  const directory = join(temporaryDirectory(), 'recording');
  createRecording(directory, testManifest([]));
  const words = [...(options.through ?? []), set.trainer, writeScript(lines)];
  const { status, signal, stdout, stderr, error } = spawnSync(words[0] ?? '', words.slice(1), {
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      ...process.env,
      CUDA_INJECTION64_PATH: set.agent,
      NVTX_INJECTION64_PATH: set.agent,
      WARPWATCH_RECORDING: directory,
      WARPWATCH_LIBCUPTI: set.libcupti,
      ...options.env,
    },
  });
  if (error !== undefined) throw error;
  const first: { baseNs: string; pid: number } = JSON.parse(stdout.slice(0, stdout.indexOf('\n')));
  return {
    code: status,
    signal,
    stdout,
    stderr,
    directory,
    timeline: readRecording(directory),
    baseNs: Number(BigInt(first.baseNs) - readManifest(directory).clock.clockNs),
    pid: first.pid,
  };
}

/** An execution as a script has it: its times after the program's begin, its stream, and what was launched. */
export interface Ran {
  readonly startNs: number;
  readonly durationNs: number;
  readonly queue: number;
  readonly launch: Launch | undefined;
}

/** The executions of a recording, by start. */
export function executionsOf({ timeline, baseNs }: Pick<Trained, 'timeline' | 'baseNs'>): Ran[] {
  return activityOf(timeline)
    .map(({ launch, startNs, durationNs, queue }) => ({
      startNs: startNs - baseNs,
      durationNs,
      queue,
      launch: timeline.launches[launch],
    }))
    .sort((a, b) => a.startNs - b.startNs);
}
