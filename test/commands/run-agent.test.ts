import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { judgeProcesses, kernelSentences } from '../../src/commands/run/verdict.ts';
import { warpwatch } from '../support/cli.ts';
import { compile } from '../support/compile.ts';
import { needs } from '../support/needs.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('run with the agent');
const directory = temporaryDirectory();

needs('cc', test)('CUDA loads the agent in each process, and what it says is told for each', async () => {
  // Of a driver no more than the loading of the agent: kernels it has none.
  const driver = compile(
    directory,
    'libcuda.so.1',
    `#include <dlfcn.h>
#include <stdlib.h>
int cuInit(unsigned flags) {
  int (*start)(void) = dlsym(dlopen(getenv("CUDA_INJECTION64_PATH"), RTLD_NOW), "InitializeInjection");
  return start == 0 || !start();
}
`,
    '-shared',
    '-fPIC',
    '-ldl',
  );
  const program = compile(
    directory,
    'program',
    '#include <unistd.h>\nint cuInit(unsigned);\nint main(void) { int bad = cuInit(0); usleep(400000); return bad ? 8 : 5; }\n',
    driver,
    `-Wl,-rpath,${directory}`,
  );
  const words = ['run', '--json', '--out', join(directory, 'run'), '--', 'sh', '-c'];
  const { code, stdout } = await warpwatch([...words, `'${program}'; '${program}'`]);
  assert.is(code, 5);
  const json: {
    processes: { program: string; kernels: boolean; why: string; libraries: string[] }[];
    notes: string[];
  } = JSON.parse(stdout);
  const users = json.processes.filter((one) => one.program === 'program');
  assert.is(users.length, 2);
  for (const { kernels, why, libraries } of users) {
    assert.is(kernels, false);
    assert.match(why, /CUPTI|libcupti|CUDA/);
    assert.equal(libraries, ['libcuda']);
  }
  assert.match(json.notes.join(' '), /No kernels were recorded\. .*(?:CUPTI|libcupti|CUDA)/);
});

test('what is told of kernels: nothing where all is well, else the reason of each process', () => {
  const seen = (pid: number, ...libraries: ('libcuda' | 'libtpu')[]) =>
    [
      pid,
      { pid, program: `p${pid}`, libraries: new Set(libraries), agent: libraries.includes('libcuda') },
    ] as const;
  const sentences = (
    processes: Parameters<typeof judgeProcesses>[0],
    agents: Parameters<typeof judgeProcesses>[1],
    noAgent: string | null = null,
  ) =>
    kernelSentences({
      tree: { seen: new Map(processes), looks: processes.size },
      processes: judgeProcesses(processes, agents, noAgent),
      agents,
      obstacles: [],
      noAgent,
    });
  const one = new Map([seen(1), seen(2, 'libcuda')]);
  assert.equal(sentences(one, new Map([[2, { work: true, whys: [] }]])), []);
  assert.equal(sentences(one, new Map([[2, { work: true, whys: ['Late.'] }]])), [
    'Kernels are missing: Late.',
  ]);
  assert.equal(sentences(one, new Map([[2, { work: false, whys: [] }]])), [
    'No kernels were recorded. It initialised CUDA, and nothing of it ran on a device.',
  ]);
  assert.equal(sentences(one, new Map(), 'No agent.'), ['No kernels were recorded. No agent.']);
  assert.match(sentences(new Map([seen(3, 'libtpu')]), new Map()).join(), /TPU/);
  assert.match(sentences(new Map(), new Map()).join(), /ended before it could be looked at/);
});

test.run();
