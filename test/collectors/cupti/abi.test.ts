import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('agent: the layouts that it reads');
const agent = join(import.meta.dirname, '../../../collectors/cupti/agent');
const fake = join(import.meta.dirname, 'fake');

/** Where a toolkit's headers lie, or null. */
function toolkitHeaders(): string | null {
  const roots = [process.env['CUDA_HOME'], process.env['CUDA_PATH'], ...installed()];
  const directories = roots.flatMap((root) =>
    root === undefined ? [] : [join(root, 'include'), join(root, 'extras/CUPTI/include')],
  );
  return directories.find((directory) => existsSync(join(directory, 'cupti.h'))) ?? null;
}

function installed(): string[] {
  const names = existsSync('/usr/local') ? readdirSync('/usr/local') : [];
  return names.filter((name) => name.startsWith('cuda')).map((name) => join('/usr/local', name));
}

const headers = toolkitHeaders();
const withToolkit = headers === null ? test.skip : test;
if (headers === null) process.stdout.write('skipped: the layouts are held to a toolkit where there is one\n');

function check(source: string): void {
  const path = join(temporaryDirectory(), 'check.c');
  writeFileSync(path, source);
  const flags = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', `-I${headers}`];
  execFileSync('cc', [...flags, `-I${agent}`, `-I${fake}`, path], { stdio: ['ignore', 'ignore', 'pipe'] });
}

withToolkit('are those of the toolkit’s headers', () => {
  check('#include "cupti-abi.h"\n');
});

withToolkit('records that are made up here have the sizes of the toolkit’s', () => {
  const kernels = [120, 144, 160, 168, 176, 200, 208, 216].map(
    (bytes, at) => `_Static_assert(sizeof(CUpti_ActivityKernel${at + 3}) == ${bytes}, "kernel ${at + 3}");`,
  );
  check(
    `#include <cupti.h>\n${kernels.join('\n')}\n_Static_assert(sizeof(CUpti_ActivityMarker2) == 56, "marker");\n`,
  );
});

withToolkit('an offset that is wrong does not compile', () => {
  const wrong = '_Static_assert(offsetof(CUpti_ActivityKernel3, start) == KERNEL_START + 1, "off by one");';
  assert.throws(() => check(`#include "cupti-abi.h"\n${wrong}\n`));
});

test.run();
