/**
 * Builds the agent, a C shared object, into `dist`; part of `npm run build`. Where there is no compiler it says so and
 * the rest of warpwatch works without: a binary that lies there already, as in the published package, stays.
 * Usage: node collectors/cupti/build-agent.mjs [OUTPUT [FLAG…]]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const room = import.meta.dirname;
const [output = join(room, '../../dist/collectors/cupti/libwarpwatch-agent.so'), ...moreFlags] =
  process.argv.slice(2);
const reasonFile = `${output}.why`;
// No toolkit's headers: those only check, and a build must not depend on which toolkit is there.
const flags = [
  '-std=c11',
  '-O2',
  '-fPIC',
  '-shared',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
  ...moreFlags,
];

function why() {
  if (process.platform !== 'linux') return `The agent runs on Linux, this is ${process.platform}.`;
  if (!['x64', 'arm64'].includes(process.arch))
    return `The agent runs on x64 and arm64, this is ${process.arch}.`;
  return null;
}

/** Null where it was built, else a sentence. */
function build() {
  const sources = readdirSync(join(room, 'agent')).filter((name) => name.endsWith('.c'));
  const paths = sources.sort().map((name) => join(room, 'agent', name));
  const unfinished = `${output}.${process.pid}`;
  const asked = process.env.CC?.trim().split(/\s+/) ?? [];
  const compilers = [...(asked[0] ? [asked] : []), ['cc'], ['gcc'], ['clang']];
  let failure = 'No C compiler was found (cc, gcc, clang or $CC): install one and run `npm run build` again.';
  for (const [compiler, ...own] of compilers) {
    const { error, status, stderr } = spawnSync(
      compiler,
      [...own, ...flags, ...paths, '-o', unfinished, '-ldl', '-lpthread'],
      { encoding: 'utf8' },
    );
    if (error) continue;
    if (status === 0) {
      // A program may have the old one mapped: it keeps its own file.
      renameSync(unfinished, output);
      return null;
    }
    rmSync(unfinished, { force: true });
    failure = `${compiler} could not build the agent: ${stderr.trim().split('\n').slice(0, 5).join(' ')}`;
  }
  return failure;
}

mkdirSync(dirname(output), { recursive: true });
const reason = why() ?? build();
if (reason === null) {
  rmSync(reasonFile, { force: true });
} else {
  writeFileSync(reasonFile, `${reason}\n`);
  console.error(`The agent that records CUDA kernels was not built. ${reason}`);
  // Tests ask for an output of their own, and want to know.
  if (process.argv.length > 2) process.exitCode = 1;
}
