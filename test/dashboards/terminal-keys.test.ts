/** The dashboard in a real terminal, driven by keys and the mouse: what a person sets, signals and gets back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bundled } from '../support/bundled.ts';
import { needs } from '../support/needs.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { openPane, type TmuxPane } from '../support/tmux.ts';

const test = suite('dashboard by keys');
const withTmux = needs('tmux', test);
const demo = bundled(join(import.meta.dirname, '../support/dashboard-demo.ts'));
const settings = join(temporaryDirectory(), 'warpwatch', 'settings.json');
/** Long enough for any test, short enough to end by itself. */
const sleeping = spawn('sleep', ['1200'], { stdio: 'ignore' });
const ended = once(sleeping, 'exit');

let opened: TmuxPane | null = null;

function terminal(): TmuxPane {
  opened ??= openPane('keys', 80, 24);
  return opened;
}

async function start(): Promise<void> {
  const pids = `${sleeping.pid ?? 0} ${process.pid}`;
  terminal().run(`clear; node '${demo}' processes '${settings}' ${pids}`);
  await lastLine(/^q quit/, 15_000);
}

async function lastLine(wanted: RegExp, limitMs?: number): Promise<string[]> {
  return terminal().until(
    `${wanted} in the last line`,
    (screen) => wanted.test(screen.at(-1) ?? ''),
    limitMs,
  );
}

async function shows(wanted: RegExp): Promise<string[]> {
  return terminal().until(`${wanted}`, (screen) => screen.some((line) => wanted.test(line)));
}

/** Leaves; the terminal is whole: main screen, visible cursor, no mouse. */
async function quit(): Promise<void> {
  terminal().keys('q');
  await shows(/^demo: quit$/);
  await shows(/^prompt>$/);
  assert.is(terminal().ask('#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{mouse_sgr_flag}'), '0 1 0 0');
}

withTmux('keys lead to every page', async () => {
  await start();
  for (const [key, page] of [
    ['3', 'processes'],
    ['Tab', 'kernels'],
    ['BTab', 'processes'],
    ['9', 'sources'],
    ['1', 'overview'],
    ['Enter', 'gpu'],
    ['Escape', 'overview'],
  ] as const) {
    terminal().keys(key);
    await lastLine(new RegExp(`\\[\\d ${page}\\]`));
  }
});

withTmux('a filter is typed, kept and cleared', async () => {
  const other = new RegExp(`sleep of ${process.pid}`);
  const wanted = `sleep of ${sleeping.pid}`;
  terminal().keys('3');
  await shows(other);
  terminal().keys('/');
  await lastLine(/^filter:/);
  terminal().run(wanted);
  const filtered = await lastLine(/\[3 processes\]/);
  assert.ok(filtered.some((line) => line.includes(wanted)));
  assert.not.ok(filtered.some((line) => other.test(line)));
  terminal().keys('Escape');
  await shows(other);
});

withTmux('a signal waits for y', async () => {
  const question = new RegExp(
    `^Send SIGTERM to ${sleeping.pid} sleep of ${sleeping.pid} \\(anna\\)\\? +y/n$`,
  );
  terminal().keys('/');
  terminal().run(`sleep of ${sleeping.pid}`);
  await lastLine(/\[3 processes\]/);
  terminal().keys('x');
  await lastLine(question);
  terminal().keys('n');
  await lastLine(/^Nothing was sent\.$/);
  assert.is(sleeping.exitCode ?? sleeping.signalCode, null);
  terminal().keys('x');
  await lastLine(question);
  terminal().keys('y');
  await lastLine(new RegExp(`^SIGTERM was sent to ${sleeping.pid}$`));
  assert.equal(await ended, [null, 'SIGTERM']);
  terminal().keys('Escape');
});

withTmux('a recording is started and ended', async () => {
  terminal().keys('r');
  await lastLine(/^Recording to runs\/demo$/);
  await shows(/● REC/);
  terminal().keys('r');
  await lastLine(/^The recording is in runs\/demo\.$/);
});

withTmux('a click opens a page', async () => {
  terminal().keys('Escape');
  const screen = await lastLine(/^q quit/);
  const column = (screen.at(-1) ?? '').lastIndexOf('9') + 1;
  assert.is(terminal().ask('#{mouse_any_flag} #{mouse_sgr_flag}'), '1 1');
  // The report that a terminal sends for a click: tmux has no key for the mouse of a pane.
  terminal().keys('-H', ...[...`\u001b[<0;${column};24M`].map((part) => part.charCodeAt(0).toString(16)));
  await lastLine(/\[9 sources\]/);
});

withTmux('settings survive a restart, and a damaged file is told', async () => {
  terminal().keys('3', 's', 'v', 'w');
  await shows(/tree, by util/);
  await quit();
  await start();
  await shows(/tree, by util/);
  await lastLine(/\[3 processes\]/);
  await quit();
  assert.is(JSON.parse(readFileSync(settings, 'utf8')).windowSeconds, 900);
  writeFileSync(settings, '{');
  terminal().run(`clear; node '${demo}' processes '${settings}'`);
  await shows(/damaged/);
  terminal().keys('1');
  await lastLine(/^q quit.*\[1 overview\]/);
});

withTmux('a screen that was stopped is drawn again', async () => {
  await quit();
  await start();
  const id = Number(
    [
      ...terminal()
        .mainScreen()
        .matchAll(/^demo: process (\d+)$/gm),
    ].at(-1)?.[1],
  );
  assert.ok(id > 1);
  process.kill(id, 'SIGSTOP');
  await shows(/Stopped|suspended/i);
  // This shell leaves the keys as raw as they were: Enter does not end a line in it.
  terminal().keys('clear; echo garbage', 'C-j');
  await shows(/^garbage/);
  terminal().keys('fg', 'C-j');
  const screen = await lastLine(/^q quit/);
  assert.not.ok(
    screen.some((line) => /garbage|^prompt>/.test(line)),
    screen.join('\n'),
  );
  terminal().keys('3');
  await lastLine(/\[3 processes\]/);
});

withTmux('a screen of 20 by 5 shows and obeys', async () => {
  terminal().resize(20, 5);
  await lastLine(/\[processes\] 3\/9/);
  for (const key of ['?', 'Tab', 'x', 'n', 'Down', 'End', '2', '3']) terminal().keys(key);
  await lastLine(/\[processes\] 3\/9/);
  await quit();
});

test.after(() => {
  opened?.close();
  sleeping.kill('SIGKILL');
});

test.run();
