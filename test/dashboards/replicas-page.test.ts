import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { frame } from '../../dashboards/terminal/frame.ts';
import { themes } from '../../dashboards/terminal/palette.ts';
import { displayWidth } from '../../dashboards/terminal/text/width.ts';
import { firstUiState, pressKey, type UiState } from '../../dashboards/terminal/ui-state.ts';
import { nothingAsked } from '../../src/analysis/details.ts';
import { LiveView } from '../../src/analysis/live.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { matchesGolden } from '../support/golden.ts';
import { replicaTimeline, times } from '../support/replica-runs.ts';
import { replicasMoment, views } from './replica-moments.ts';
import { noDetails } from './snapshots.ts';

const test = suite('page of replicas');

function drawn(snapshot: Snapshot, width: number, height: number, ui: Partial<UiState> = {}): string[] {
  return frame(snapshot, { ...firstUiState, page: 'ranks', ...ui }, width, height, themes.bare);
}

for (const [name, view] of Object.entries(views)) {
  for (const [width, height] of [
    [80, 24],
    [160, 45],
  ] as const) {
    test(`looks as kept: ${name} at ${width}x${height}`, () => {
      const text = drawn(replicasMoment(view), width, height).join('\n');
      matchesGolden(`dashboards/replicas-${name}-${width}x${height}.txt`, `${text}\n`);
    });
  }
}

test('every size has its number of lines, none too wide, whatever is known', () => {
  for (const view of Object.values(views)) {
    for (const [width, height] of [
      [1, 1],
      [20, 5],
      [41, 9],
      [80, 10],
      [300, 90],
    ] as const) {
      for (const cursor of [0, view.rows.length - 1]) {
        const lines = drawn(replicasMoment(view), width, height, { cursor });
        assert.is(lines.length, height);
        for (const line of lines) assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
      }
    }
  }
});

test('the page and its tab are called by what they show', () => {
  const screen = drawn(replicasMoment(views.sync), 80, 24);
  assert.match(screen[1] ?? '', '── replicas ──');
  assert.match(screen.at(-1) ?? '', '[6 replicas]');
});

test('who is slowed on purpose is said, and marked where the others wait for it', () => {
  const text = drawn(replicasMoment(views.sync), 80, 24).join('\n');
  assert.match(text, 'straggler 1 at 2.0x, on purpose');
  assert.match(text, /1 ▲ slow/);
  assert.match(text, '▲ Replica 0 waits 52 % of its time for replica 1');
  // An asynchronous group does not wait.
  assert.not.match(drawn(replicasMoment(views.async), 160, 45).join('\n'), '▲ slow');
});

test('replicas that are gone are told with the reason', () => {
  const text = drawn(replicasMoment(views.many), 80, 24).join('\n');
  assert.match(text, 'replica 2 failed: RangeError: the batch has no samples');
  assert.match(text, 'replica 5 lost: it said nothing for 30 s');
});

test('the cursor stays in sight among many', () => {
  const text = drawn(replicasMoment(views.many), 80, 24, { cursor: 63 }).join('\n');
  assert.match(text, '▸ 63');
  assert.match(text, /\d+\.\.64 of 64/);
});

test('what is not known is a dash, and no verdict is passed on it', () => {
  const rows = drawn(replicasMoment(views.local), 80, 24);
  assert.match(rows.find((row) => /^ {2}1 /.test(row)) ?? '', /0 +– +– +– +– +–/);
  const view = replicasMoment(views.local).details.replicas;
  assert.ok(view);
  const unknown = { ...view, rows: view.rows.slice(1).concat(view.rows.slice(1)) };
  assert.not.match(drawn(replicasMoment(unknown), 80, 24).join('\n'), 'no replica keeps');
});

test('a run is shown as its replicas tell of it', () => {
  const steps = times(20, () => ({ ms: 100, wait: 45, communicate: 10 }));
  const slow = steps.map(() => ({ ms: 100, wait: 0, communicate: 10, slowed: 45 }));
  const group = {
    parallel: { mode: 'sync' as const, stragglers: [{ replica: 1, factor: 2 }] },
    replicas: [
      { steps, outcome: null },
      { steps: slow, outcome: null },
    ],
  };
  const moment = new LiveView(replicaTimeline(group)).snapshot(2e9, { ...nothingAsked, ranks: true });
  const text = drawn(moment, 80, 24).join('\n');
  assert.match(text, 'sync · 2 replicas · shared memory');
  assert.match(text, /0 +20 +100 +\S+ +45% +45% +10%/);
  assert.match(text, /1 ▲ slow +20 +100 +\S+ +90% +0% +10%/);
  assert.match(text, '▲ Replica 0 waits 45 % of its time for replica 1');
});

test('the cursor walks over the replicas', () => {
  const moment = replicasMoment(views.many);
  const ui = { ...firstUiState, page: 'ranks' as const };
  assert.is(pressKey(ui, 'end', moment).ui.cursor, 63);
});

test('a page that nobody has looked at yet says so', () => {
  const moment = { ...replicasMoment(views.sync), details: noDetails };
  assert.match(drawn(moment, 80, 24).join('\n'), 'looking …');
});

test.run();
