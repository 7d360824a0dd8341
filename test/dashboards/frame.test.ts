import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pages } from '../../dashboards/model/choices.ts';
import { frame } from '../../dashboards/terminal/frame.ts';
import { themeOf, themes } from '../../dashboards/terminal/palette.ts';
import { displayWidth } from '../../dashboards/terminal/text/width.ts';
import { firstUiState, pressKey, type UiState } from '../../dashboards/terminal/ui-state.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { matchesGolden } from '../support/golden.ts';
import * as moments from './snapshots.ts';

const test = suite('frame');

const snapshots: Readonly<Record<string, Snapshot>> = {
  starting: moments.starting,
  running: moments.running(),
  'absent-figures': moments.absentFigures(),
  'nan-loss': moments.nanLoss(),
  damaged: moments.damaged(),
  failed: moments.failed,
  'fed-slowly': moments.fedSlowly(),
  ended: moments.ended,
};
const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the expression is for.
const sgr = /\u001b\[[0-9;]*m/g;

function overview(snapshot: Snapshot, width: number, height: number, ui: UiState = firstUiState): string[] {
  return frame(snapshot, ui, width, height, themes.bare);
}

for (const [name, snapshot] of Object.entries(snapshots)) {
  for (const [width, height] of sizes) {
    test(`looks as kept: ${name} at ${width}x${height}`, () => {
      matchesGolden(
        `dashboards/${name}-${width}x${height}.txt`,
        `${overview(snapshot, width, height).join('\n')}\n`,
      );
    });
  }
}

test('looks as kept: every page', () => {
  for (const page of pages.slice(1)) {
    const text = overview(moments.damaged(), 100, 30, { ...firstUiState, page }).join('\n');
    matchesGolden(`dashboards/page-${page}-100x30.txt`, `${text}\n`);
  }
  matchesGolden(
    'dashboards/page-help-80x24.txt',
    `${overview(moments.running(), 80, 24, { ...firstUiState, help: true }).join('\n')}\n`,
  );
});

test('looks as kept: in colour', () => {
  const text = frame(moments.damaged(), firstUiState, 80, 24, themes.colour).join('\n');
  matchesGolden('dashboards/damaged-80x24-colour.txt', `${text}\n`);
});

test('colour adds nothing that is not there without it', () => {
  for (const snapshot of Object.values(snapshots)) {
    const coloured = frame(snapshot, firstUiState, 120, 40, themes.colour);
    const plain = coloured.map((line) => line.replace(sgr, '').trimEnd());
    assert.equal(
      plain,
      overview(snapshot, 120, 40).map((line) => line.trimEnd()),
    );
  }
});

test('NO_COLOR sends no colour, and an empty one counts as unset', () => {
  assert.is(themeOf({ NO_COLOR: '1' }), themes.monochrome);
  assert.is(themeOf({ NO_COLOR: '' }), themes.colour);
  assert.is(themeOf({ TERM: 'dumb' }), themes.bare);
  const text = frame(moments.damaged(), firstUiState, 120, 40, themes.monochrome).join('\n');
  for (const [sequence] of text.matchAll(sgr)) assert.match(sequence, /^.\[(0|1|7|1;7)m$/);
});

test('util and kernelBusy stand on one row, with the gap in words below', () => {
  const lines = overview(moments.running(), 80, 24);
  const head = lines.findIndex((line) => /util +kernelBusy/.test(line));
  assert.match(lines[head + 1] ?? '', /cpu .* 95% +78% .*25%/);
  assert.match(lines[head + 2] ?? '', 'busy, but with a fifth of its arithmetic');
});

test('an unknown figure is a dash, and its reason stands on the sources page', () => {
  const rows = overview(moments.absentFigures(), 120, 40);
  assert.match(rows.find((line) => line.includes('gpu1 A10G')) ?? '', /97% +– +– +– +–/);
  const sources = overview(moments.absentFigures(), 120, 200, { ...firstUiState, page: 'sources' }).join(
    '\n',
  );
  assert.match(sources, 'GPM needs Hopper or newer');
  assert.match(sources, 'The driver does not tell it.');
});

test('a loss that is not a number is said, marked and left as a gap', () => {
  const text = overview(moments.nanLoss(), 120, 40).join('\n');
  assert.match(text, 'loss ▲ NaN');
  assert.match(text, '×');
});

test('lost records, damage and synthetic data stand in the header', () => {
  assert.match(overview(moments.damaged(), 80, 24)[0] ?? '', /▲ 1,234 lost .*▲ damaged .*SYNTHETIC/);
  assert.match(overview(moments.damaged(), 120, 24)[0] ?? '', /▲ 1,234 records lost .*SYNTHETIC DATA/);
  assert.not.match(overview(moments.running(), 120, 24)[0] ?? '', 'lost');
  assert.match(overview(moments.damaged(), 80, 24)[1] ?? '', 'ends in the middle of a record');
});

test('a fault on purpose stands in the header and beside the name, and how steps wait in the panel', () => {
  const wide = overview(moments.fedSlowly(), 200, 60).join('\n');
  assert.match(wide, 'FAULT slow-input ON PURPOSE');
  assert.match(wide, 'resnet20 · fault: slow-input (on purpose) · wasm');
  assert.match(wide, 'input wait 43% · queue 0/4');
  assert.match(overview(moments.fedSlowly(), 80, 24)[0] ?? '', 'FAULT ON PURPOSE');
  assert.not.match(overview(moments.running(), 120, 40).join('\n'), /input wait|FAULT|on purpose/);
});

test('a failure is told with its reason, and has no time left', () => {
  const text = overview(moments.failed, 80, 24).join('\n');
  assert.match(text, '✖ failed');
  assert.match(text, 'Error: out of memory.');
  assert.not.match(text, ' left');
});

test('the keys are on every screen', () => {
  for (const [width, height] of sizes) {
    assert.match(overview(moments.running(), width, height).at(-1) ?? '', /q quit .*p pause .*\? help/);
  }
});

test('a pause shows in the header', () => {
  const { ui } = pressKey(firstUiState, 'p', moments.running());
  assert.match(overview(moments.running(), 80, 24, ui)[0] ?? '', 'PAUSED');
});

test('a recording and what wants eyes now show in the header, worst first', () => {
  const alerts = [
    { device: 'gpu1', text: 'at 91 °C', sinceSeconds: 3 },
    { device: '', text: 'memory is full', sinceSeconds: 5 },
  ];
  const ui = { ...firstUiState, recording: 'runs/one', alerts };
  assert.match(overview(moments.running(), 160, 40, ui)[0] ?? '', /● REC runs\/one .*▲ gpu1 at 91 °C \+1/);
  assert.match(overview(moments.running(), 80, 24, ui)[0] ?? '', /● REC .*▲ gpu1 at 91 °C \+1/);
  assert.not.match(overview(moments.running(), 160, 40)[0] ?? '', /REC|▲/);
});

test('a replay shows its place, its speed and its keys', () => {
  const ui = { ...firstUiState, replay: { speed: 2, positionSeconds: 83, lengthSeconds: 296 } };
  const lines = overview(moments.running(), 80, 24, ui);
  assert.match(lines[0] ?? '', '▶ 2.00× 1:23/4:56');
  assert.match(lines.at(-1) ?? '', 'seek');
});

test('hostile names cannot leave their cells', () => {
  const name = `\u001b[2J\u001b]0;x\u0007evil\r\n\u202e${'漢'.repeat(40)}${'y'.repeat(1_000_000)}`;
  const whole = moments.running();
  const view = whole.devices[0];
  assert.ok(view);
  const snapshot: Snapshot = {
    ...whole,
    title: name,
    message: name,
    state: 'failed',
    damage: [name],
    devices: [{ ...view, gap: name, device: { ...view.device, id: name, name } }],
    kernels: whole.kernels.map((row) => ({ ...row, name })),
    findings: whole.findings.map((finding) => ({ ...finding, title: name, evidence: name, remedy: name })),
  };
  for (const page of pages) {
    for (const line of overview(snapshot, 80, 24, { ...firstUiState, page })) {
      assert.ok(displayWidth(line) <= 80);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the expression is for.
      assert.not.match(line, /[\u0000-\u001f\u007f-\u009f\u202e]/);
    }
  }
});

test('every size has its number of lines, none too wide, and nothing throws', () => {
  const names = Object.keys(snapshots);
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.constantFrom(...pages),
      fc.boolean(),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: 100 }),
      fc.nat(50),
      (name, page, help, width, height, cursor) => {
        const snapshot = snapshots[name] ?? moments.starting;
        const lines = overview(snapshot, width, height, { ...firstUiState, page, help, cursor });
        assert.is(lines.length, height);
        for (const line of lines) assert.ok(displayWidth(line) <= width);
      },
    ),
    { numRuns: 400 },
  );
});

test.run();
