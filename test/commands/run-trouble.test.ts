import { chmodSync, chownSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { examineElf } from '../../src/commands/run/elf.ts';
import { otherProfiler } from '../../src/commands/run/environment.ts';
import { librariesIn } from '../../src/commands/run/process-tree.ts';
import { findProgram } from '../../src/commands/run/program.ts';
import { readRecording } from '../../src/recording/reader.ts';
import { warpwatch } from '../support/cli.ts';
import { compile } from '../support/compile.ts';
import { needs } from '../support/needs.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('run, programs in the way');
const directory = temporaryDirectory();
const withCompiler = needs('cc', test);
let runs = 0;

async function notesOf(...command: readonly string[]): Promise<string> {
  const out = join(directory, `run${++runs}`);
  const { stdout } = await warpwatch(['run', '--json', '--out', out, '--', ...command]);
  const { notes }: { notes: readonly string[] } = JSON.parse(stdout);
  return notes.join(' ');
}

const waits = '#include <unistd.h>\nint main(void) { usleep(300000); return 0; }\n';

withCompiler('a static program is said to be one, and also behind a script', async () => {
  const path = compile(directory, 'static', waits, '-static');
  assert.match(await notesOf(path), /No kernels were recorded\. .*static is linked statically/);
  const script = join(directory, 'by-script');
  writeFileSync(script, `#!${path}\n`);
  chmodSync(script, 0o755);
  const found = findProgram(script, process.env);
  assert.ok('obstacles' in found);
  assert.match(found.obstacles.join(), /linked statically/);
});

withCompiler('which library of an accelerator a program loaded is seen in its processes', async () => {
  const source =
    '#include <dlfcn.h>\n#include <unistd.h>\nint main(int n, char **a) { dlopen(a[1], RTLD_NOW); usleep(400000); }\n';
  const loads = compile(directory, 'loads', source, '-ldl');
  for (const [name, sentence] of [
    ['libamdhip64.so.6', /AMD's HIP/],
    ['libtpu.so', /TPU/],
    ['libcuda.so.1', /libcuda\.so\.1 was loaded, the agent was not|agent/],
  ] as const) {
    const library = compile(directory, name, 'int nothing;\n', '-shared', '-fPIC');
    assert.match(await notesOf('sh', '-c', `'${loads}' '${library}'; true`), sentence);
  }
});

withCompiler('a set-uid program is said to be one', () => {
  if (process.getuid?.() !== 0) return;
  const path = join(directory, 'other-user');
  copyFileSync(compile(directory, 'plain', waits), path);
  chownSync(path, 12_345, 0);
  chmodSync(path, 0o4755);
  const found = findProgram(path, process.env);
  assert.ok('obstacles' in found);
  assert.match(found.obstacles.join(), /set-uid/);
});

test('the head of an ELF file tells its bits and whether it has a loader', () => {
  const head = Buffer.alloc(256);
  head.set([0x7f, 0x45, 0x4c, 0x46, 1, 1]);
  assert.equal(examineElf(head), { bits: 32, static: false });
  head[4] = 2;
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(2, 56);
  head.writeUInt32LE(1, 64);
  head.writeUInt32LE(2, 120);
  assert.equal(examineElf(head), { bits: 64, static: true });
  head.writeUInt32LE(3, 120);
  assert.equal(examineElf(head), { bits: 64, static: false });
  head.writeUInt16LE(200, 56);
  assert.is(examineElf(head), null);
  assert.is(examineElf(Buffer.from('#!/bin/sh\n')), null);
});

test('a profiler that is there already is told apart', () => {
  assert.is(otherProfiler({ PATH: '/bin', LD_PRELOAD: '/x/libjemalloc.so' }, ['python']), null);
  assert.match(otherProfiler({ CUDA_INJECTION64_PATH: '/x.so' }, ['python']) ?? '', /\/x\.so already/);
  assert.match(otherProfiler({ NSYS_PROFILING_SESSION_ID: '7' }, ['python']) ?? '', /NSYS_PROFILING/);
  assert.match(otherProfiler({ NV_NSIGHT_INJECTION_PORT_BASE: '49152' }, ['python']) ?? '', /NV_NSIGHT/);
  assert.match(otherProfiler({ LD_PRELOAD: '/n/libToolsInjectionProxy64.so' }, ['x']) ?? '', /LD_PRELOAD/);
  assert.match(otherProfiler({}, ['/opt/bin/nsys', 'profile', 'x']) ?? '', /^nsys puts/);
});

test('maps name the libraries of accelerators, whatever their version', () => {
  const maps =
    '7f00-7f01 r-xp 0 08:01 1 /usr/lib/libcuda.so.550.54\n7f02-7f03 r-xp 0 08:01 1 /x/libcudart.so.12\n';
  assert.equal(librariesIn(maps), { libraries: ['libcuda'], agent: false });
  assert.equal(librariesIn(maps.replace('libcuda.so.550.54', 'libcudart.so')), {
    libraries: [],
    agent: false,
  });
  assert.is(librariesIn('… /p/dist/collectors/cupti/libwarpwatch-agent.so\n').agent, true);
});

test('hundreds of short processes: the recording is whole, and the exit code is kept', async () => {
  const out = join(directory, 'short');
  const program = 'for i in $(seq 400); do /bin/true; done; exit 6';
  const { code, stdout } = await warpwatch(['run', '--json', '--out', out, '--', 'sh', '-c', program]);
  assert.is(code, 6);
  const { exitCode }: { exitCode: number } = JSON.parse(stdout);
  assert.is(exitCode, 6);
  const { damage, producers, marks } = readRecording(out);
  assert.equal(damage, []);
  const run = producers.find(({ name }) => name === 'run');
  assert.is(run?.outcome, 'failed');
  assert.is(run?.message, 'The program ended with exit code 6.');
  assert.ok(marks.some(({ name, endNs, startNs }) => name === 'program' && endNs > startNs));
});

test.run();
