import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { knownCapabilities, limitsOf } from '../../../src/analysis/occupancy/limits.ts';
import { occupancyOf } from '../../../src/analysis/occupancy/occupancy-of.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('occupancy calculator of the CUDA toolkit');

/** Bits of `cudaOccLimitingFactor`. */
const bits = { warps: 1, registers: 2, 'shared memory': 4, blocks: 8, barriers: 16 } as const;
const unknownDevice = -2;

function toolkitHeaders(): string | undefined {
  const toolkits = existsSync('/usr/local')
    ? readdirSync('/usr/local').filter((name) => name.startsWith('cuda'))
    : [];
  const folders = [process.env['CUDA_HOME'] ?? '', ...toolkits.map((name) => join('/usr/local', name))];
  return folders.map((at) => join(at, 'include')).find((at) => existsSync(join(at, 'cuda_occupancy.h')));
}

const headers = toolkitHeaders();
const name = 'every capability agrees with cuda_occupancy.h on random launches';

function compare(include: string): void {
  const program = join(temporaryDirectory(), 'calculator');
  const source = join(import.meta.dirname, '../../support/occupancy-calculator.c');
  const compiled = spawnSync('cc', [`-I${include}`, '-o', program, source], { encoding: 'utf8' });
  assert.is(compiled.status, 0, compiled.stderr);
  const launches = fc.sample(
    fc.record({
      capability: fc.constantFrom(...knownCapabilities),
      threads: fc.integer({ min: 1, max: 1024 }),
      registers: fc.integer({ min: 0, max: 256 }),
      sharedBytes: fc.oneof(fc.integer({ min: 0, max: 49_152 }), fc.integer({ min: 0, max: 232_448 })),
      barriers: fc.integer({ min: 1, max: 16 }),
    }),
    40_000,
  );
  const input = launches.map(({ capability, threads, registers, sharedBytes, barriers }) => {
    const limits = limitsOf(capability);
    const device = `${limits?.threads} ${limits?.registersPerBlock} ${limits?.sharedBytes} ${limits?.sharedBytesPerBlock} ${limits?.reservedBytesPerBlock}`;
    return `${capability} ${device} ${threads} ${registers} ${sharedBytes} ${barriers}\n`;
  });
  const { stdout } = spawnSync(program, { input: input.join(''), encoding: 'utf8', maxBuffer: 2 ** 26 });
  const answers = stdout.trim().split('\n');
  assert.is(answers.length, launches.length);
  for (const [index, launch] of launches.entries()) {
    const [blocks = Number.NaN, factors = 0] = (answers[index] ?? '').split(' ').map(Number);
    // A toolkit that is older than the capability answers that it does not know the device.
    if (blocks === unknownDevice) continue;
    const { value } = occupancyOf(
      {
        grid: [1, 1, 1],
        block: [launch.threads, 1, 1],
        registersPerThread: launch.registers,
        staticSharedBytes: 0,
        dynamicSharedBytes: launch.sharedBytes,
      },
      launch.capability,
      { barriersPerBlock: launch.barriers },
    );
    const same = (value?.blocksPerSm ?? 0) === blocks;
    const named = value === null || (factors & bits[value.limitedBy]) !== 0;
    if (!same || !named)
      assert.unreachable(`${JSON.stringify(launch)}: ${answers[index]} against ${JSON.stringify(value)}`);
  }
}

if (headers === undefined) {
  process.stdout.write(`skipped: "${name}" needs cuda_occupancy.h of a CUDA toolkit\n`);
  test.skip(name, () => undefined);
} else {
  test(name, () => compare(headers));
}

test.run();
