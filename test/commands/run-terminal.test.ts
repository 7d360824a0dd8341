import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRecording } from '../../src/recording/reader.ts';
import { cliFile } from '../support/cli.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { openPane, type TmuxPane } from '../support/tmux.ts';

const test = suite('run on a terminal');
const directory = temporaryDirectory();
let runs = 0;

/** Prints what it believes of its terminal, in colour, and says when its size or a key's signal comes. */
const program = join(directory, 'program.mjs');
writeFileSync(
  program,
  `const { stdout, stdin, stderr } = process;
const size = () => stdout.columns + 'x' + stdout.rows;
const lines = { terminal: [stdin.isTTY, stdout.isTTY, stderr.isTTY].join(), size: size() };
for (const [name, value] of Object.entries(lines)) console.log(name, value);
console.log('\\x1b[31mred\\x1b[0m loss=0.5');
stdout.on('resize', () => console.log('resized', size()));
let interrupts = 0;
process.on('SIGINT', () => { console.log('interrupt', ++interrupts); setTimeout(() => process.exit(5), 300); });
process.on('SIGCONT', () => console.log('continued'));
setInterval(() => 0, 1e3);
`,
);

async function inPane(name: string, options: string, body: (pane: TmuxPane, out: string) => Promise<void>) {
  const pane = openPane(name, 100, 30);
  const out = join(directory, `run${++runs}`);
  try {
    await pane.until('a prompt', (screen) => screen.some((line) => line === 'prompt>'));
    pane.run(
      `'${process.execPath}' '${cliFile}' run ${options} --out ${out} -- '${process.execPath}' ${program}; echo "code $?"`,
    );
    await body(pane, out);
  } finally {
    pane.close();
  }
}

const has = (line: string) => (screen: string[]) => screen.includes(line);
const hasText = (text: string) => (screen: string[]) => screen.some((line) => line.includes(text));

for (const [name, options] of [
  ['itself', ''],
  ['through a pseudo-terminal', `--metric 'loss=(\\S+)'`],
] as const) {
  test(`the program has its terminal ${name}: colours, size, Ctrl-Z, Ctrl-C, exit code`, async () => {
    await inPane(`run${runs}`, options, async (pane, out) => {
      const screen = await pane.until('the program', hasText('loss=0.5'));
      assert.ok(screen.includes('terminal true,true,true'), screen.join('\n'));
      assert.ok(screen.includes('size 100x30'), screen.join('\n'));
      assert.ok(pane.colours().includes('\u001b[31mred'));
      pane.resize(90, 25);
      await pane.until('the new size', has('resized 90x25'));
      pane.keys('C-z');
      await pane.until(
        'the shell',
        (now) => now.at(-1) === 'prompt>' || now.filter((l) => l === 'prompt>').length > 0,
      );
      pane.run('fg; echo "code $?"');
      await pane.until('the program again', has('continued'));
      pane.keys('C-c');
      const end = await pane.until('the end', has('code 5'));
      assert.ok(end.includes('^Cinterrupt 1') || end.includes('interrupt 1'), end.join('\n'));
      assert.not.ok(hasText('interrupt 2')(end), 'a key is one signal');
      const loss = readRecording(out).series.find(({ series }) => series.metric === 'loss');
      assert.equal(loss?.values, options === '' ? undefined : [0.5]);
    });
  });
}

test('--watch draws the dashboard, Ctrl-C there reaches the program, and its output is told', async () => {
  await inPane('run-watch', '--watch', async (pane) => {
    await pane.until('the dashboard', () => pane.ask('#{alternate_on}') === '1');
    await pane.until('a device', hasText('cpu'));
    pane.keys('C-c');
    const end = await pane.until('the end', has('code 5'));
    assert.ok(hasText('output.log')(end), end.join('\n'));
  });
});

test.run();
