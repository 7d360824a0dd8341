import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Alert } from '../../dashboards/model/alerts.ts';
import { frame } from '../../dashboards/terminal/frame.ts';
import { pressMouse } from '../../dashboards/terminal/mouse.ts';
import { themes } from '../../dashboards/terminal/palette.ts';
import { firstUiState, pressKey, type UiState } from '../../dashboards/terminal/ui-state.ts';
import { layout } from '../../dashboards/terminal/views/layout.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { matchesGolden } from '../support/golden.ts';
import { gpus, lostGpu } from './gpu-snapshots.ts';
import * as moments from './snapshots.ts';

const test = suite('lines of alerts');

/** At 12:34 of `lostGpu`, worst first. */
const alerts: readonly Alert[] = [
  {
    device: 'gpu3',
    text: 'it fell off the bus (XID 79); reset it, or restart the machine.',
    sinceSeconds: 700,
  },
  { device: 'gpu0', text: '90 °C or hotter', sinceSeconds: 20 },
  { device: 'gpu7', text: 'memory is nearly full', sinceSeconds: 750 },
];
const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

function drawn(snapshot: Snapshot, width: number, height: number, ui: Partial<UiState> = {}): string[] {
  return frame(snapshot, { ...firstUiState, alerts, ...ui }, width, height, themes.bare);
}

for (const [width, height] of sizes) {
  test(`look as kept at ${width}x${height}`, () => {
    const text = drawn(lostGpu, width, height).join('\n');
    matchesGolden(`dashboards/alerts-${width}x${height}.txt`, `${text}\n`);
    const page = drawn(moments.damaged(), width, height, { page: 'findings', cursor: 1 }).join('\n');
    matchesGolden(`dashboards/page-findings-alerts-${width}x${height}.txt`, `${page}\n`);
  });
}

test('each tells device, what, and since how long', () => {
  assert.match(drawn(lostGpu, 120, 40)[2] ?? '', /^▲ gpu0 {2}90 °C or hotter +for 12:14$/);
});

test('what has no room is counted, and 8 GPUs keep their rows at 80x24', () => {
  const lines = drawn(lostGpu, 80, 24);
  assert.match(lines[1] ?? '', /^▲ gpu3 {2}it fell off .* for 0:54 {2}\+2 more$/);
  assert.not.match(lines[2] ?? '', '▲');
  for (let gpu = 0; gpu < 8; gpu += 1) {
    assert.ok(
      lines.some((line) => line.startsWith(`gpu${gpu} H200`)),
      `gpu${gpu}`,
    );
  }
  assert.is(drawn(gpus(1), 80, 24).filter((line) => /^▲ gpu/.test(line)).length, 3);
});

test('without an alert, or on a low screen, no line is taken', () => {
  assert.equal(drawn(lostGpu, 80, 24, { alerts: [] }), frame(lostGpu, firstUiState, 80, 24, themes.bare));
  for (const line of drawn(lostGpu, 80, 14).slice(1)) assert.not.match(line, /^▲ gpu/);
  assert.match(drawn(lostGpu, 80, 14)[0] ?? '', '▲ gpu3');
});

test('the strip takes at most three lines, whatever the size and the number', () => {
  const contents = {
    page: 'overview',
    devices: 16,
    deviceNotes: 1,
    kernels: 0,
    processes: 16,
    findings: 2,
    training: false,
    notices: 0,
  } as const;
  for (const [width, height] of sizes) {
    const rowsAt = (count: number): number =>
      layout(width, height, { ...contents, alerts: count }).find(({ id }) => id === 'alerts')?.height ?? 0;
    assert.is(rowsAt(0), 0);
    assert.is(rowsAt(1), 1);
    assert.is(rowsAt(40), height === 24 ? 1 : 3);
  }
});

test('the page of findings has all of them above the findings, and its cursor reaches each', () => {
  const many = Array.from({ length: 60 }, (_, index) => ({
    device: `gpu${index}`,
    text: 'memory is nearly full',
    sinceSeconds: 0,
  }));
  const snapshot = moments.damaged();
  let ui: UiState = { ...firstUiState, alerts: many, page: 'findings' };
  const seen = new Set<string>();
  for (let step = 0; step < many.length + snapshot.findings.length; step += 1) {
    for (const line of frame(snapshot, ui, 80, 24, themes.bare)) {
      for (const [, device] of line.matchAll(/^▲ (gpu\d+) {2,}memory/g)) seen.add(device ?? '');
    }
    ui = pressKey(ui, 'down', snapshot).ui;
  }
  assert.is(seen.size, many.length);
  const end = frame(snapshot, ui, 80, 24, themes.bare).join('\n');
  for (const { title } of snapshot.findings) assert.match(end, title.slice(0, 20));
});

test('an alert of the run names the run; a held screen before an alert began shows no negative time', () => {
  const loss = [{ device: '', text: 'the loss is not a finite number', sinceSeconds: 9999 }];
  assert.match(drawn(gpus(1), 80, 24, { alerts: loss })[1] ?? '', /^▲ run {2}the loss .* for 0:00$/);
});

test('without colour, lines are told by their mark; no sequence of a colour is sent', () => {
  const lines = frame(lostGpu, { ...firstUiState, alerts }, 120, 40, themes.monochrome);
  assert.match(lines[1] ?? '', '▲ gpu3');
  assert.not.match(lines.slice(1, 4).join(''), '38;5');
  assert.match(
    frame(lostGpu, { ...firstUiState, alerts }, 120, 40, themes.colour)[1] ?? '',
    '38;5;197m▲ gpu3',
  );
});

test('a click on an alert opens the page of findings', () => {
  const ui = { ...firstUiState, alerts };
  assert.is(pressMouse(ui, { kind: 'click', x: 5, y: 1 }, lostGpu, 120, 40).page, 'findings');
  assert.is(pressMouse(ui, { kind: 'click', x: 5, y: 6 }, lostGpu, 120, 40).page, 'overview');
});

test.run();
