/** `top` where what it reads, or where it writes to, is not as it should be. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CliResult, cliFile, finish, startWarpwatch, until, warpwatch } from '../support/cli.ts';
import { eightGpus, fakeNvmlEnvironment, h200 } from '../support/fake-nvml.ts';
import { needs } from '../support/needs.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { openPane } from '../support/tmux.ts';

const test = suite('top in trouble');
const withCompiler = needs('cc', test);
const withScript = needs('script', test);
const withDumbTerminal = withScript === test ? withCompiler : withScript;
const withTmux = needs('tmux', test);
const directory = temporaryDirectory();
const page = readFileSync(join(import.meta.dirname, '../captures/dcgm/a100-mig-2.4.txt'), 'utf8');
const withoutDriver = { ...process.env, LD_LIBRARY_PATH: '/nonexistent', PATH: dirname(process.execPath) };
const controlC = '\u0003';

interface Figure {
  readonly value: number | null;
}

interface Top {
  readonly devices: readonly ({ readonly id: string } & Readonly<Record<string, Figure>>)[];
  readonly whyNoGpu: readonly string[];
  readonly lostRecords: number;
}

/** `top --once --json` on a machine without a driver, with a page of dcgm-exporter. */
async function onceWithPage(place: string): Promise<Top> {
  const words = ['top', '--once', '--json', '--dcgm', place];
  const { code, stdout, stderr } = await warpwatch(words, { env: withoutDriver });
  assert.is(code, 0, stderr);
  assert.is(stderr, '');
  return JSON.parse(stdout);
}

/** The processor alone is shown, and the last of the reasons, the page's, is one sentence like this. */
function assertNoGpu({ devices, whyNoGpu }: Top, says: RegExp): void {
  assert.equal(
    devices.map(({ id }) => id),
    ['cpu'],
  );
  const why = whyNoGpu.at(-1) ?? '';
  assert.match(why, says);
  assert.match(why, /^[^\n]+[.?]$/);
}

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

/** `top` on a terminal that knows no escapes. */
interface DumbTerminal {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<CliResult>;
  text(): string;
}

let dumb: DumbTerminal | undefined;

function startOnDumbTerminal(): DumbTerminal {
  const { env } = fakeNvmlEnvironment(h200());
  const command = `exec '${process.execPath}' '${cliFile}' top`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...process.env, ...env, SHELL: '/bin/sh', TERM: 'dumb' },
  });
  let seen = '';
  child.stdout.on('data', (part: Buffer) => {
    seen += part.toString('latin1');
  });
  return { child, ended: finish(child), text: () => seen };
}

// Its first line comes after five seconds: meanwhile the other tests run.
test.before(() => {
  if (withDumbTerminal === test) dumb = startOnDumbTerminal();
});
test.after(() => void dumb?.child.kill());

withCompiler('top --json into a pipe that closes after a line: 0, and nothing to say', async () => {
  const { env } = fakeNvmlEnvironment(h200());
  const words = ['top', '--json', '--interval', '0.1'];
  const child = startWarpwatch(words, { env: { ...process.env, ...env } });
  const ended = finish(child);
  let seen = '';
  child.stdout.on('data', (part: string) => {
    seen += part;
    if (seen.includes('\n')) child.stdout.destroy();
  });
  const { code, signal, stderr } = await ended;
  assert.is(JSON.parse(seen.split('\n')[0] ?? '').schema, 'warpwatch.top/1');
  assert.equal({ code, signal, stderr }, { code: 0, signal: null, stderr: '' });
});

test('a page of HTML in place of metrics is told in a sentence', async () => {
  const top = await onceWithPage(file('page.html', '<!doctype html><html><body>Sign in</body></html>'));
  assertNoGpu(top, /is HTML, not metrics.* ends in \/metrics/);
});

test('a page that is not there is told with its name', async () => {
  assertNoGpu(await onceWithPage(join(directory, 'absent.txt')), /absent\.txt/);
});

test('a page of something else is told to be none of the exporter', async () => {
  assertNoGpu(await onceWithPage(file('other.txt', 'node_load1 0.5\n')), /other\.txt holds no DCGM_FI_/);
});

test('half a page gives what it holds, and counts the line that is cut', async () => {
  // The cut is inside the labels of a line.
  const top = await onceWithPage(file('half.txt', page.slice(0, 2000)));
  const gpu = top.devices.find(({ id }) => id === 'gpu0');
  assert.is(gpu?.['tensorActive']?.value, 0.92926);
  assert.is(gpu?.['pcieTransmitBytesPerSecond']?.value, null);
  assert.is(top.lostRecords, 1);
});

test('an exporter that answers 500 is told with the number', async () => {
  const server = createServer((_, response) => {
    response.statusCode = 500;
    response.end('Internal Server Error');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    const url = `http://127.0.0.1:${address.port}/metrics`;
    assertNoGpu(await onceWithPage(url), /answered with status 500; is it an exporter\?/);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

withCompiler('a page that cannot be read is told of although the driver gives a GPU', async () => {
  const { env } = fakeNvmlEnvironment(h200());
  const place = file('portal.html', '<!doctype html><title>Log in</title>');
  const words = ['top', '--once', '--dcgm', place];
  const json = await warpwatch([...words, '--json'], { env: { ...process.env, ...env } });
  const { whyNoGpu, sourceTroubles } = JSON.parse(json.stdout);
  assert.equal(whyNoGpu, []);
  assert.is(sourceTroubles.length, 1);
  assert.match(sourceTroubles[0], /is HTML, not metrics/);
  const { stdout } = await warpwatch(words, { env: { ...process.env, ...env } });
  assert.ok(stdout.includes(`\n  ${sourceTroubles[0]}\n`), stdout);
});

test('a device that only the page would have given: code 3', async () => {
  const words = ['top', '--once', '--device', 'gpu0', '--dcgm', join(directory, 'absent.txt')];
  const { code, stdout, stderr } = await warpwatch(words, { env: withoutDriver });
  assert.is(code, 3);
  assert.is(stdout, '');
  assert.match(stderr, /^warpwatch: There is no device "gpu0" here[^\n]*\n$/);
});

withTmux('a terminal of 20x5 with eight GPUs is drawn, and left by q with 0', async () => {
  const { env } = fakeNvmlEnvironment(eightGpus());
  const pane = openPane('top-trouble', 20, 5);
  try {
    const settings = Object.entries({ ...env, XDG_CONFIG_HOME: directory });
    // A command line that is typed would not fit on this screen.
    const words = settings.map(([name, value]) => `${name}='${value}'`).join(' ');
    const starter = file('start.sh', `${words} '${process.execPath}' '${cliFile}' top\necho "code=$?"\n`);
    pane.run(`clear; . ${starter}`);
    const rows = await pane.until('a GPU', (lines) => lines.some((line) => /gpu\d.*\d+%/.test(line)));
    assert.is(pane.ask('#{alternate_on}'), '1');
    assert.ok(rows.length <= 5 && rows.every((row) => row.length <= 20), rows.join('\n'));
    pane.keys('q');
    await pane.until('the code', (lines) => lines.some((line) => line.startsWith('code=')));
    assert.ok(pane.screen().includes('code=0'), pane.screen().join('\n'));
    assert.is(pane.ask('#{alternate_on} #{cursor_flag}'), '0 1');
  } finally {
    pane.close();
  }
});

withDumbTerminal('on a dumb terminal a GPU stands in plain lines, without an escape', async () => {
  if (dumb === undefined) throw new Error('the terminal was not started');
  const { child, ended, text } = dumb;
  await until(() => text().includes('\n'), 'a plain line');
  assert.match(text(), /^\d+:\d\d running \| gpu0 util 97% smActive 41%/);
  child.stdin.write(controlC);
  const { code } = await ended;
  assert.is(code, 130);
  assert.not(text().includes('\u001b'), JSON.stringify(text()));
});

test.run();
