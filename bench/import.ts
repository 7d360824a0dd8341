/** What it costs to read a foreign trace: a real one through the whole command, and one of a gigabyte. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliFile } from '../test/support/cli.ts';
import { sharedTrace } from '../test/support/shared-traces.ts';
import { median, type Row } from './row.ts';

const realTrace = 'hta_df_index_resolver_df_index_resolver.json.gz';
const realRounds = 9;
const realTargets = { seconds: 0.5, rssMib: 150 };
const htaTarget = 7;
const largeBytes = 2 ** 30;
const largeRounds = 3;
const largeTargets = { mbPerSecond: 150, rssMib: 400 };
/** Time of the whole over twice the time of the half. */
const linearTarget = 1.15;

interface Cost {
  readonly seconds: number;
  readonly rssMib: number;
}

export async function importBenchmarks(): Promise<Row[]> {
  return [...realRows(), ...largeRows()];
}

function realRows(): Row[] {
  const path = sharedTrace(realTrace);
  if (!existsSync(path)) {
    return [
      { name: 'a real trace to report --json', value: Number.NaN, unit: 's', note: 'the trace is absent' },
    ];
  }
  const hta = hasHta();
  const ours: Cost[] = [];
  const theirs: Cost[] = [];
  for (let round = 0; round < realRounds; round++) {
    ours.push(measureNode([cliFile, 'report', path, '--json']));
    if (hta) theirs.push(measure('python3', ['-c', htaProgram, path]));
  }
  const seconds = median(ours.map((cost) => cost.seconds));
  const rssMib = median(ours.map((cost) => cost.rssMib));
  return [
    {
      name: '54 MB Kineto trace (gzip) to report --json',
      value: seconds,
      unit: 's',
      target: `≤ ${realTargets.seconds}`,
      holds: seconds <= realTargets.seconds,
      note: `median of ${realRounds} processes, start included${hta ? '' : '; HTA is not installed, so there is no ratio'}`,
    },
    {
      name: 'its memory at the most',
      value: rssMib,
      unit: 'MiB',
      target: `≤ ${realTargets.rssMib}`,
      holds: rssMib <= realTargets.rssMib,
    },
    ...(hta ? [htaRow(theirs, seconds)] : []),
  ];
}

function htaRow(theirs: readonly Cost[], ourSeconds: number): Row {
  const seconds = median(theirs.map((cost) => cost.seconds));
  const rssMib = median(theirs.map((cost) => cost.rssMib));
  return {
    name: 'HTA: read it and break its time down, over ours',
    value: seconds / ourSeconds,
    unit: 'times',
    target: `≥ ${htaTarget}`,
    holds: seconds / ourSeconds >= htaTarget,
    note: `HTA ${seconds.toFixed(2)} s and ${rssMib.toFixed(0)} MiB, in alternation`,
  };
}

const htaProgram = `
import resource, sys
from hta.trace_analysis import TraceAnalysis
TraceAnalysis(trace_files={0: sys.argv[1]}, trace_dir='/').get_temporal_breakdown(visualize=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
`;

function hasHta(): boolean {
  return spawnSync('python3', ['-c', 'import hta']).status === 0;
}

function largeRows(): Row[] {
  const directory = mkdtempSync(join(tmpdir(), 'warpwatch-bench-'));
  try {
    const whole = writeLargeTrace(join(directory, 'whole.json'), largeBytes);
    const half = writeLargeTrace(join(directory, 'half.json'), largeBytes / 2);
    const costs = Array.from({ length: largeRounds }, () => [read(half), read(whole)] as const);
    const halfSeconds = median(costs.map(([cost]) => cost.seconds));
    const seconds = median(costs.map(([, cost]) => cost.seconds));
    const rssMib = median(costs.map(([, cost]) => cost.rssMib));
    const mbPerSecond = statSync(whole).size / 1e6 / seconds;
    const ratio = seconds / (2 * halfSeconds);
    return [
      {
        name: '1 GiB Kineto trace read',
        value: mbPerSecond,
        unit: 'MB/s',
        target: `≥ ${largeTargets.mbPerSecond}`,
        holds: mbPerSecond >= largeTargets.mbPerSecond,
        note: `median of ${largeRounds}; ${seconds.toFixed(2)} s`,
      },
      {
        name: 'its memory at the most',
        value: rssMib,
        unit: 'MiB',
        target: `≤ ${largeTargets.rssMib}`,
        holds: rssMib <= largeTargets.rssMib,
      },
      {
        name: '1 GiB over twice 512 MiB',
        value: ratio,
        unit: 'times',
        target: `≤ ${linearTarget}`,
        holds: ratio <= linearTarget,
      },
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Reads a trace in a process of its own, without a report. */
function read(path: string): Cost {
  const importer = new URL('../dist/collectors/traces/index.js', import.meta.url);
  const program = `const { importTrace } = await import('${importer}'); await importTrace(process.argv[1]);`;
  return measureNode(['--input-type=module', '-e', program, path]);
}

/** Prints at its end, as the last line on stderr, the most memory that the process had, in KiB. */
const tellMemory = `data:text/javascript,process.on('exit', () => {
  process.stderr.write('\\n' + process.resourceUsage().maxRSS + '\\n');
});`;

function measureNode(words: readonly string[]): Cost {
  return measure(process.execPath, ['--import', tellMemory, ...words]);
}

/** Time of a program, start included, and the memory that it tells of. */
function measure(program: string, words: readonly string[]): Cost {
  const start = performance.now();
  const result = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const seconds = (performance.now() - start) / 1e3;
  if (result.status !== 0) throw new Error(`${program} ended with ${result.status}: ${result.stderr}`);
  const kib = Number(result.stderr.trim().split('\n').at(-1));
  return { seconds, rssMib: kib / 1024 };
}

/** Events as a training makes them, over and over under new times and correlations. */
function writeLargeTrace(path: string, bytes: number): string {
  const file = openSync(path, 'w');
  writeSync(
    file,
    '{"schemaVersion": 1, "deviceProperties": [{"id": 0, "name": "NVIDIA A100", "numSms": 108}],\n"traceEvents": [\n',
  );
  let written = 0;
  for (let operation = 0; written < bytes; ) {
    let piece = '';
    while (piece.length < 2 ** 20) piece += eventsOf(operation++);
    written += writeSync(file, piece);
  }
  writeSync(file, '{"name": "Record Window End", "ph": "i", "s": "g", "pid": "", "tid": "", "ts": 1}\n]}\n');
  closeSync(file);
  return path;
}

/** An operator within another, its launch, its kernel and the arrows between, in Kineto's layout. */
function eventsOf(operation: number): string {
  const us = 4_458_676_524_670 + operation * 12;
  const at = (offset: number) => `${us + offset}.${String((operation * 37) % 1000).padStart(3, '0')}`;
  const name = operation % 40;
  const host = `"pid": 2910249, "tid": 2919752`;
  const operator = `"External id": ${operation},"Record function id": 0, "Concrete Inputs": ["", "", "1"], "Input type": ["float", "float", "Scalar"], "Input Dims": [[64, 256, 56, 56], [64, 256, 56, 56], []], "Ev Idx": ${operation}`;
  return [
    `  {\n    "ph": "X", "cat": "cpu_op", "name": "aten::op_${name}", ${host},\n    "ts": ${at(0)}, "dur": 10.5,\n    "args": {\n      ${operator}\n    }\n  }`,
    `  {\n    "ph": "X", "cat": "cpu_op", "name": "aten::inner_${name}", ${host},\n    "ts": ${at(1)}, "dur": 8.25,\n    "args": {\n      ${operator}\n    }\n  }`,
    `  {\n    "ph": "X", "cat": "cuda_runtime", "name": "cudaLaunchKernel", ${host},\n    "ts": ${at(2)}, "dur": 5.1,\n    "args": {\n      "External id": ${operation}, "cbid": 211, "correlation": ${operation + 1}\n    }\n  }`,
    `  {\n    "ph": "s", "id": ${operation}, ${host}, "ts": ${at(2)},\n    "cat": "ac2g", "name": "ac2g"\n  }`,
    `  {\n    "ph": "X", "cat": "kernel", "name": "void at::native::vectorized_elementwise_kernel<4, at::native::functor_${name}<float>, at::detail::Array<char*, 3> >(int, at::native::functor_${name}<float>, at::detail::Array<char*, 3>)", "pid": 0, "tid": 7,\n    "ts": ${at(6)}, "dur": 5.504,\n    "args": {\n      "External id": ${operation},\n      "queued": 0, "device": 0, "context": 1,\n      "stream": 7, "correlation": ${operation + 1},\n      "registers per thread": 32,\n      "shared memory": 0,\n      "blocks per SM": 4.740741,\n      "warps per SM": 75.851852,\n      "grid": [${512 + name}, 1, 1],\n      "block": [512, 1, 1],\n      "est. achieved occupancy %": 75\n    }\n  }`,
    `  {\n    "ph": "f", "id": ${operation}, "pid": 0, "tid": 7, "ts": ${at(6)},\n    "cat": "ac2g", "name": "ac2g", "bp": "e"\n  },\n`,
  ].join(',\n');
}
