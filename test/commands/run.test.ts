import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readManifest } from '../../src/recording/manifest.ts';
import { readRecording } from '../../src/recording/reader.ts';
import { finish, startWarpwatch, until, warpwatch } from '../support/cli.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('run');
const directory = temporaryDirectory();
let runs = 0;
const place = () => join(directory, `run${++runs}`);

interface RunJson {
  readonly schema: string;
  readonly exitCode: number;
  readonly signal: string | null;
  readonly recording: string | null;
  readonly processes: readonly {
    readonly program: string;
    readonly kernels: boolean;
    readonly why: string;
  }[];
  readonly notes: readonly string[];
}

test('what the program prints passes untouched; what run says is on stderr', async () => {
  const out = place();
  const { code, stdout, stderr } = await warpwatch(['run', '--out', out, '--', 'printf', 'a\\r\\n\\033[1mb']);
  assert.is(code, 0);
  assert.is(stdout, 'a\r\n\u001b[1mb');
  assert.match(stderr, new RegExp(`^recording ${out}$`, 'm'));
  assert.equal(readManifest(out).run.command, ['printf', 'a\\r\\n\\033[1mb']);
  assert.is(readManifest(out).run.title, 'printf');
});

test('the exit code is the program’s, or 128 and its signal', async () => {
  assert.is((await warpwatch(['run', '--out', place(), '--', 'sh', '-c', 'exit 7'])).code, 7);
  assert.is((await warpwatch(['run', '--out', place(), '--', 'sh', '-c', 'kill -KILL $$'])).code, 137);
});

test('options after the program are the program’s, with and without --', async () => {
  const words = ['sh', '-c', 'echo "$@"', 'x', '--out', '--json', '--', '-h'];
  for (const before of [[], ['--']]) {
    const { stdout } = await warpwatch(['run', '--out', place(), ...before, ...words]);
    assert.is(stdout, '--out --json -- -h\n');
  }
});

test('a program that is not there or cannot be run: a sentence, 127 and 126, and no recording', async () => {
  const out = place();
  const file = join(directory, 'data.txt');
  writeFileSync(file, 'no program');
  for (const [name, code, sentence] of [
    ['no-such-program', 127, /no program "no-such-program" on the PATH/],
    [join(directory, 'nowhere'), 127, /no program/],
    [file, 126, /not executable/],
    [directory, 126, /directory/],
  ] as const) {
    const result = await warpwatch(['run', '--out', out, '--', name]);
    assert.is(result.code, code, name);
    assert.match(result.stderr, /^warpwatch: [^\n]+\n$/);
    assert.match(result.stderr, sentence);
  }
  assert.not.ok(existsSync(out));
  const script = join(directory, 'script');
  writeFileSync(script, '#!/no/interpreter\n');
  chmodSync(script, 0o755);
  const result = await warpwatch(['run', '--out', out, '--', script]);
  assert.is(result.code, 126);
  assert.match(result.stderr, /interpreter or loader that it names is missing/);
});

test('no recording can be made: a sentence, and the program runs all the same', async () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  for (const out of [join(file, 'x'), '/proc/nowhere/x']) {
    const { code, stdout, stderr } = await warpwatch([
      'run',
      '--out',
      out,
      '--',
      'sh',
      '-c',
      'echo ran; exit 4',
    ]);
    assert.is(code, 4);
    assert.is(stdout, 'ran\n');
    assert.match(stderr, /^warpwatch: .* cannot be made: .* The program runs without a recording\.$/m);
  }
});

test('a directory with a recording is refused before the program starts', async () => {
  const out = place();
  await warpwatch(['run', '--out', out, '--', 'true']);
  const { code, stdout, stderr } = await warpwatch(['run', '--out', out, '--', 'echo', 'started']);
  assert.is(code, 1);
  assert.is(stdout, '');
  assert.match(stderr, /^warpwatch: .*holds a recording already.*--out\.\n$/);
});

test('--json prints one object; the program’s stdout goes to stderr', async () => {
  const out = place();
  const program = 'echo hello; sleep 0.3; kill -TERM $$';
  const { code, stdout, stderr } = await warpwatch([
    'run',
    '--json',
    '--out',
    out,
    '--',
    'sh',
    '-c',
    program,
  ]);
  assert.is(code, 143);
  const json: RunJson = JSON.parse(stdout);
  assert.is(json.schema, 'warpwatch.run/1');
  assert.is(json.exitCode, 143);
  assert.is(json.signal, 'SIGTERM');
  assert.is(json.recording, out);
  assert.match(stderr, /^hello$/m);
  assert.ok(
    json.processes.some((one) => one.program === 'sh' && !one.kernels && /no GPU library/.test(one.why)),
  );
  assert.match(json.notes.join(' '), /ended by SIGTERM.*never used CUDA: \d process/);
});

test('the agent gets its settings, unless a profiler is there already', async () => {
  const program = 'const { env } = process; console.log(JSON.stringify(env))';
  const settings = [
    '--kernels',
    'window 1s/10s',
    '--limit',
    '2MB',
    '--step',
    'lap',
    '--libcupti',
    '/x/libcupti.so',
  ];
  const words = (out: string) => ['run', ...settings, '--out', out, '--', 'node', '-e', program];
  const out = place();
  const env: Record<string, string> = JSON.parse((await warpwatch(words(out))).stdout);
  if (env['CUDA_INJECTION64_PATH'] !== undefined) {
    assert.match(env['CUDA_INJECTION64_PATH'], /libwarpwatch-agent\.so$/);
    assert.is(env['NVTX_INJECTION64_PATH'], env['CUDA_INJECTION64_PATH']);
    assert.is(env['WARPWATCH_RECORDING'], out);
    assert.is(env['WARPWATCH_KERNELS'], 'window');
    assert.is(env['WARPWATCH_WINDOW_NS'], '1000000000/10000000000');
    assert.is(env['WARPWATCH_LIMIT_BYTES'], '2000000');
    assert.is(env['WARPWATCH_STEP_PATTERN'], 'lap');
    assert.is(env['WARPWATCH_LIBCUPTI'], '/x/libcupti.so');
  }
  const taken = { ...process.env, CUDA_INJECTION64_PATH: '/other.so' };
  const other = await warpwatch(words(place()), { env: taken });
  const left: Record<string, string> = JSON.parse(other.stdout);
  assert.is(left['CUDA_INJECTION64_PATH'], '/other.so');
  assert.is(left['WARPWATCH_KERNELS'], undefined);
  assert.match(other.stderr, /another profiler watches this program/);
});

test('wrong options are usage errors', async () => {
  for (const [words, sentence] of [
    [['--kernels', 'some'], /full, summary, window/],
    [['--kernels', 'window 9s/1s'], /full, summary, window/],
    [['--limit', '5'], /from 1MB on/],
    [['--metric', 'loss'], /no group/],
  ] as const) {
    const { code, stderr } = await warpwatch(['run', ...words, '--', 'true']);
    assert.is(code, 2);
    assert.match(stderr, sentence);
  }
  assert.is((await warpwatch(['run'])).code, 2);
});

test('--metric reads both streams, and what they print passes untouched', async () => {
  const out = place();
  const program =
    'printf "loss=0.5\\r"; sleep 0.1; echo "loss=0.25" >&2; sleep 0.1; head -c 200000 /dev/zero; printf "\\nloss=0.125"';
  const { code, stdout, stderr } = await warpwatch([
    'run',
    '--metric',
    'loss=(\\S+)',
    '--out',
    out,
    '--',
    'sh',
    '-c',
    program,
  ]);
  assert.is(code, 0);
  assert.is(stdout, `loss=0.5\r${'\0'.repeat(200_000)}\nloss=0.125`);
  assert.match(stderr, /^loss=0\.25$/m);
  const loss = readRecording(out).series.find(({ series }) => series.metric === 'loss');
  assert.is(loss?.series.from, 'output');
  assert.equal(loss?.values, [0.5, 0.25, 0.125]);
});

test('signals that are sent to warpwatch alone reach the program, and it waits for the end', async () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) {
    const program = `process.on('${signal}', () => { console.log('got it'); setTimeout(() => process.exit(9), 100) });
      setInterval(() => 0, 1e3); console.log('ready')`;
    // A session of its own: no terminal sends the signal to the program as well.
    const child = startWarpwatch(['run', '--out', place(), '--', 'node', '-e', program], { detached: true });
    const ended = finish(child);
    let ready = false;
    child.stdout.on('data', () => {
      ready = true;
    });
    await until(() => ready, 'the program');
    child.kill(signal);
    const { code, stdout } = await ended;
    assert.is(stdout, 'ready\ngot it\n', signal);
    assert.is(code, 9, signal);
  }
});

test('--watch without a terminal: lines on stderr, the output in a file', async () => {
  const out = place();
  const words = ['run', '--watch', '--out', out, '--', 'sh', '-c', 'echo first; sleep 0.2; echo last >&2'];
  const { code, stdout, stderr } = await warpwatch(words);
  assert.is(code, 0);
  assert.is(stdout, '');
  assert.is(readFileSync(join(out, 'output.log'), 'utf8'), 'first\nlast\n');
  assert.match(stderr, / ended \|.* output: last$/m);
});

test.run();
