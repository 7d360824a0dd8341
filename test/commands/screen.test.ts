/** A training under the dashboard in a real terminal, from the command that a person types to the prompt after it. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRecording } from '../../src/recording/reader.ts';
import { cliFile } from '../support/cli.ts';
import { needs } from '../support/needs.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { openPane, type TmuxPane } from '../support/tmux.ts';

const test = suite('train on a screen');
const withTmux = needs('tmux', test);
const directory = temporaryDirectory();
const startLimitMs = 30_000;

async function inTerminal(body: (pane: TmuxPane) => Promise<void>): Promise<void> {
  const pane = openPane('train', 80, 24);
  try {
    await body(pane);
  } finally {
    pane.close();
  }
}

async function startTraining(pane: TmuxPane, name: string): Promise<string> {
  const path = join(directory, name);
  pane.run(
    `clear; '${process.execPath}' '${cliFile}' train resnet --seconds 120 --batch 4 --threads 1 --record '${path}'`,
  );
  await pane.until('steps', (lines) => lines.some((line) => /step [1-9]/.test(line)), startLimitMs);
  return path;
}

function isPrompt(lines: string[]): boolean {
  return lines.some((line) => line === 'prompt>') && lines.some((line) => line.startsWith('recording '));
}

withTmux('at 80x24 util and the real figures stand on one row, and q leaves a clean prompt', () =>
  inTerminal(async (pane) => {
    const path = await startTraining(pane, 'quit');
    const row = /^cpu .*\d+%.*\d+%.*\d+%/;
    const screen = await pane.until(
      'the device row',
      (lines) => lines.some((line) => row.test(line)),
      startLimitMs,
    );
    assert.match(screen.join('\n'), /util +kernelBusy +of peak/);
    assert.match(screen[0] ?? '', /SYNTHETIC/);
    pane.keys('q');
    const after = await pane.until('the prompt', isPrompt, startLimitMs);
    assert.ok(after.some((line) => line.startsWith('trained ')));
    assert.is(pane.ask('#{alternate_on} #{cursor_flag}'), '0 1');
    assert.is(readRecording(path).producers.find(({ name }) => name === 'training')?.outcome, 'stopped');
  }),
);

withTmux('Ctrl-C ends training and screen; the exit code is 130', () =>
  inTerminal(async (pane) => {
    await startTraining(pane, 'interrupted');
    pane.keys('C-c');
    await pane.until('the prompt', isPrompt, startLimitMs);
    pane.run('echo "code $?"');
    await pane.until('the code', (lines) => lines.includes('code 130'));
    assert.is(pane.ask('#{alternate_on} #{cursor_flag}'), '0 1');
  }),
);

withTmux('when the training crashes the terminal is whole, and it is said why', () =>
  inTerminal(async (pane) => {
    const path = await startTraining(pane, 'crashed');
    const trainer = readRecording(path).producers.find(({ name }) => name === 'training')?.processId;
    assert.ok(typeof trainer === 'number');
    process.kill(trainer, 'SIGKILL');
    const after = await pane.until('the prompt', isPrompt, startLimitMs);
    assert.match(after.join(' '), /SIGKILL/);
    assert.is(pane.ask('#{alternate_on} #{cursor_flag}'), '0 1');
  }),
);

withTmux('a recording is replayed on the screen until q', () =>
  inTerminal(async (pane) => {
    pane.run(`'${process.execPath}' '${cliFile}' replay '${join(directory, 'quit')}' --speed 50`);
    const ended = await pane.until('its end', (lines) => /ended/.test(lines[0] ?? ''), startLimitMs);
    assert.match(ended.join('\n'), /Conv2D/);
    pane.keys('q');
    await pane.until('the prompt', (lines) => lines.at(-1) === 'prompt>' || lines.includes('prompt>'));
    assert.is(pane.ask('#{alternate_on} #{cursor_flag}'), '0 1');
  }),
);

withTmux('a paused replay shows the moment that it is moved to', () =>
  inTerminal(async (pane) => {
    pane.run(`'${process.execPath}' '${cliFile}' replay '${join(directory, 'quit')}' --speed 0.1`);
    await pane.until('the dashboard', (lines) => /q quit/.test(lines.at(-1) ?? ''), startLimitMs);
    pane.keys('p');
    await pane.until('the pause', (lines) => /PAUSED/.test(lines[0] ?? ''));
    pane.keys('Right', 'Right', 'Right');
    await pane.until('steps', (lines) => lines.some((line) => /step [1-9]/.test(line)));
    pane.keys('q');
  }),
);

test.run();
