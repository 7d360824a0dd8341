/** The dashboard in a real terminal: what it draws, and that nothing of it is left behind. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { frame } from '../../dashboards/terminal/frame.ts';
import { themes } from '../../dashboards/terminal/palette.ts';
import { firstUiState, type UiState } from '../../dashboards/terminal/ui-state.ts';
import { bundled } from '../support/bundled.ts';
import { needs } from '../support/needs.ts';
import { openPane, type TmuxPane } from '../support/tmux.ts';
import { running } from './snapshots.ts';

const test = suite('dashboard in a terminal');
const withTmux = needs('tmux', test);
const demo = bundled(join(import.meta.dirname, '../support/dashboard-demo.ts'));
const earlier = 'a line from before';

let opened: TmuxPane | null = null;
let starts = 0;

function expected(width: number, height: number, ui: UiState = firstUiState): string {
  return frame(running(), ui, width, height, themes.bare)
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Opened by the first test: where tmux is missing, none runs. */
function terminal(): TmuxPane {
  opened ??= openPane('dashboard', 80, 24);
  return opened;
}

/** Starts the demo below a line of text that must be there again at the end. */
async function start(mode: string, environment = ''): Promise<void> {
  starts += 1;
  terminal().run(`clear; echo ${earlier} ${starts}; ${environment} node '${demo}' ${mode}`);
  await terminal().until('the dashboard', (screen) => /q quit/.test(screen.at(-1) ?? ''), 15_000);
  assert.is(terminal().ask('#{alternate_on} #{cursor_flag}'), '1 0');
}

/** The terminal is whole: main screen, old text, visible cursor, a prompt that echoes, no mouse. */
async function assertWhole(says: RegExp): Promise<void> {
  const screen = await terminal().until(
    'the prompt',
    (lines) => lines.some((line) => says.test(line)) && lines.some((line) => line === 'prompt>'),
  );
  assert.ok(screen.includes(`${earlier} ${starts}`), screen.join('\n'));
  const modes = '#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag} #{keypad_flag}';
  assert.is(terminal().ask(modes), '0 1 0 0 0');
  terminal().run('stty -a | tr -s " ;" "\\n" | grep -xE "[-]?(icanon|echo|isig|opost)" | tr "\\n" " "');
  await terminal().until('the modes of the terminal', (lines) =>
    lines.some((line) => line.startsWith('opost isig icanon echo')),
  );
}

withTmux('draws the frame, whatever size the window takes', async () => {
  await start('frozen');
  for (const [width, height] of [
    [80, 24],
    [120, 40],
    [200, 60],
    [40, 10],
    [80, 24],
  ] as const) {
    terminal().resize(width, height);
    await terminal().until(
      `the frame of ${width}x${height}`,
      (screen) => screen.join('\n') === expected(width, height),
    );
  }
  const screen = terminal().screen();
  const head = screen.findIndex((line) => /util +kernelBusy/.test(line));
  assert.match(screen[head + 1] ?? '', /95% +78%/);
});

withTmux('obeys its keys, and q leaves a whole terminal', async () => {
  const page = (name: UiState['page'], help = false): string =>
    expected(80, 24, { ...firstUiState, page: name, help });
  for (const [key, wanted] of [
    ['Tab', page('gpu')],
    ['4', page('kernels')],
    ['?', page('kernels', true)],
    ['Escape', page('kernels')],
    ['1', page('overview')],
  ] as const) {
    terminal().keys(key);
    await terminal().until(`the page after ${key}`, (screen) => screen.join('\n') === wanted);
  }
  terminal().keys('p');
  await terminal().until('the pause', (screen) => /PAUSED/.test(screen[0] ?? ''));
  terminal().keys('q');
  await assertWhole(/^demo: quit$/);
});

withTmux('Ctrl-C leaves a whole terminal', async () => {
  await start('frozen');
  terminal().keys('C-c');
  await assertWhole(/^demo: interrupted by SIGINT$/);
});

withTmux('NO_COLOR takes the colours away, and only them', async () => {
  const coloured = /\[[\d;]*[34]8;5;/;
  assert.match(await coloursUnder(''), coloured);
  const without = await coloursUnder('NO_COLOR=1');
  assert.not.match(without, coloured);
  assert.match(without, 'kernelBusy');
});

for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
  withTmux(`${signal} leaves a whole terminal`, async () => {
    await start('frozen');
    process.kill(demoProcess(), signal);
    await assertWhole(new RegExp(`^demo: interrupted by ${signal}$`));
  });
}

withTmux('the demo of GPUs has eight, and says that they are synthetic', async () => {
  await start('gpus');
  const screen = await terminal().until('GPUs', (lines) => lines.some((line) => line.startsWith('gpu7 ')));
  assert.match(screen[0] ?? '', 'SYNTHETIC GPUs');
  for (let gpu = 0; gpu < 8; gpu += 1) {
    assert.ok(
      screen.some((line) => line.startsWith(`gpu${gpu} Synthetic`)),
      `gpu${gpu}`,
    );
  }
  process.kill(demoProcess(), 'SIGUSR2');
  await assertWhole(/^demo: ended$/);
});

for (const [mode, what, says] of [
  ['throw', 'an error of the source', /^demo: Error: thrown on purpose$/],
  [
    'crash',
    'a crash elsewhere in the process, whose stack can be read after it,',
    /^Error: crashed on purpose$/,
  ],
  ['frozen', 'the end of the run', /^demo: ended$/],
] as const) {
  withTmux(`${what} leaves a whole terminal`, async () => {
    await start(mode);
    process.kill(demoProcess(), 'SIGUSR2');
    await assertWhole(says);
  });
}

test.after(() => {
  opened?.close();
});

test.run();

async function coloursUnder(environment: string): Promise<string> {
  await start('frozen', environment);
  const colours = terminal().colours();
  terminal().keys('q');
  await assertWhole(/^demo: quit$/);
  return colours;
}

/** The process of the demo, which says its id before it opens the dashboard. */
function demoProcess(): number {
  const ids = [
    ...terminal()
      .mainScreen()
      .matchAll(/^demo: process (\d+)$/gm),
  ];
  const id = Number(ids.at(-1)?.[1]);
  assert.ok(id > 1, 'the demo says no process id');
  return id;
}
