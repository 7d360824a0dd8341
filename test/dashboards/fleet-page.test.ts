import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { detailsAsked } from '../../dashboards/model/details-asked.ts';
import { frame } from '../../dashboards/terminal/frame.ts';
import { pressMouse } from '../../dashboards/terminal/mouse.ts';
import { themes } from '../../dashboards/terminal/palette.ts';
import { plainFleet } from '../../dashboards/terminal/plain-fleet.ts';
import { displayWidth } from '../../dashboards/terminal/text/width.ts';
import { firstUiState, pressKey, type UiState } from '../../dashboards/terminal/ui-state.ts';
import { nothingAsked } from '../../src/analysis/details.ts';
import type { FleetMoment } from '../../src/analysis/fleet/fleet.ts';
import { fleetSnapshot } from '../../src/analysis/fleet/fleet-snapshot.ts';
import { fleetView } from '../../src/analysis/fleet/fleet-view.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { matchesGolden } from '../support/golden.ts';
import { fleetMoment, largeFleet, machine, member, mixedFleet } from './fleet-moments.ts';
import { running } from './snapshots.ts';

const test = suite('page of hosts');
const start: UiState = { ...firstUiState, page: 'fleet' };

function look(ui: UiState, moment: FleetMoment = mixedFleet): Snapshot {
  const asked = detailsAsked(ui, fleetSnapshot(moment, nothingAsked, 61));
  return fleetSnapshot(moment, asked, 61);
}

function drawn(ui: UiState, width = 80, height = 24, moment: FleetMoment = mixedFleet): string[] {
  return frame(ui.held ?? look(ui, moment), ui, width, height, themes.bare);
}

function press(ui: UiState, keys: string, moment: FleetMoment = mixedFleet): UiState {
  return keys.split(' ').reduce((now, key) => pressKey(now, key, now.held ?? look(now, moment)).ui, ui);
}

const troubled = {
  ...mixedFleet,
  troubles: ['Prometheus has not answered for 30 s; is it up?'],
  omittedHosts: 12,
};

for (const [width, height] of [
  [80, 24],
  [160, 45],
] as const) {
  test(`looks as kept at ${width}x${height}`, () => {
    const list = drawn(start, width, height).join('\n');
    matchesGolden(`dashboards/fleet-${width}x${height}.txt`, `${list}\n`);
    const large = drawn(press(start, 'S-g', largeFleet(1000)), width, height, largeFleet(1000)).join('\n');
    matchesGolden(`dashboards/fleet-1000-${width}x${height}.txt`, `${large}\n`);
  });
}

test('on 40 columns util, SM active and the gap are still there', () => {
  const text = drawn(start, 40, 16).join('\n');
  assert.match(text, /util +SM +gap/);
  assert.match(text, /▸ node5 +96% +20% +76%/);
});

test('every size has its number of lines, none too wide, whatever is chosen', () => {
  const hostile = fleetMoment([
    member(`n\u001b[31m${'x'.repeat(300)}`, machine([1, 0, 'g\u0007ap'])),
    member('宽宽宽宽宽宽宽宽宽宽宽宽', null, { condition: 'down', why: 'w'.repeat(5000) }),
  ]);
  const sizes = fc.tuple(fc.integer({ min: 1, max: 220 }), fc.integer({ min: 1, max: 60 }));
  const moments = fc.constantFrom(mixedFleet, troubled, hostile, fleetMoment([]));
  const keys = fc.array(
    fc.constantFrom(
      'down',
      'up',
      's',
      'enter',
      'escape',
      '0',
      'n',
      'S-n',
      'tab',
      'p',
      '?',
      '/',
      'x',
      '3',
      'S-g',
      'r',
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(sizes, moments, keys, ([width, height], moment, pressed) => {
      const ui = pressed.reduce((now, key) => pressKey(now, key, now.held ?? look(now, moment)).ui, start);
      const lines = drawn(ui, width, height, moment);
      assert.is(lines.length, height);
      for (const line of lines) {
        assert.ok(displayWidth(line) <= width);
        assert.not.match(line, '\u001b[31m');
      }
      // Without a host there is nothing that another page could show.
      if (ui.page !== 'fleet') assert.ok(ui.host !== null || moment.members.length === 0);
    }),
    { numRuns: 80 },
  );
});

test('what is wrong is seen: hosts that are down in the header, troubles of the source above the list', () => {
  const screen = drawn(start, 100, 24, troubled);
  assert.match(screen[0] ?? '', '✖ 1 down, 1 vanished, 1 GPU gone  ◌ 1 connecting');
  const text = screen.join('\n');
  assert.match(text, '▲ Prometheus has not answered for 30 s; is it up?');
  assert.match(text, '12 more hosts');
  assert.match(text, /node6 .*✖ down, last word 35 s ago: connect to host/);
  assert.match(text, /node3 +1\/2/);
  assert.match(text, '75 s');
});

test('Enter opens the host under the cursor, Escape and 0 lead back to it, also when the order has changed', () => {
  const opened = press(start, 'down enter');
  assert.equal([opened.page, opened.host], ['overview', 'node2']);
  const screen = drawn(opened);
  assert.match(screen[0] ?? '', 'node2 (2 of 9)');
  assert.match(screen.join('\n'), /gpu1 H200 +92% +6\.0%/);
  const turned: FleetMoment = {
    ...mixedFleet,
    members: mixedFleet.members.filter(({ host }) => host !== 'node5'),
  };
  for (const key of ['escape', '0']) {
    const back = press(opened, key, turned);
    assert.is(back.page, 'fleet');
    assert.match(drawn(back, 80, 24, turned).join('\n'), '▸ node2');
  }
  // What is open on a page is left first.
  assert.is(press(opened, 'enter escape').page, 'overview');
  assert.is(press(opened, '3 escape').page, 'fleet');
});

test('n and N go to the next host in the order of the list, on the page that is open', () => {
  const ui = press(start, 'enter 3 n');
  assert.equal([ui.page, ui.host], ['processes', 'node2']);
  assert.is(press(ui, 'S-n S-n').host, 'node8');
  assert.is(press(ui, '>').host, 'node3');
});

test('a digit and Tab open that page of the host under the cursor', () => {
  assert.equal([press(start, 'down 2').page, press(start, 'down 2').host], ['gpu', 'node2']);
  assert.is(press(start, 'tab').page, 'overview');
  assert.is(press(start, 'tab S-tab').page, 'fleet');
});

test('s sorts, and the filter takes names, models and conditions; Escape shows all again', () => {
  assert.match(drawn(press(start, 's')).join('\n'), /util▾/);
  const filtered = press(start, '/ a 1 0 g enter');
  const text = drawn(filtered).join('\n');
  assert.match(text, '1 host with "a10g"');
  assert.match(text, 'node4');
  assert.not.match(text, 'node5');
  assert.is(press(filtered, 'enter').host, 'node4');
  assert.match(drawn(press(start, '/ q q')).at(-1) ?? '', 'filter: qq');
  assert.match(drawn(press(start, '/ q q enter')).join('\n'), 'no host contains "qq"');
  assert.is(press(filtered, 'escape').hostFilter, '');
});

test('processes of other machines are neither signalled nor recorded', () => {
  for (const key of ['x', 'S-x']) {
    const ui = press(start, `enter 3 ${key}`);
    assert.is(ui.confirm, null);
    assert.match(ui.message, 'another machine');
  }
  for (const keys of ['r', 'enter r']) {
    const [last = ''] = keys.split(' ').slice(-1);
    const before = keys === 'r' ? start : press(start, 'enter');
    const { ui, action } = pressKey(before, last, look(before));
    assert.is(action.kind, 'none');
    assert.match(ui.message, 'warpwatch top --record');
  }
});

test('a pause holds the list, and no other host than the held one opens until it goes on', () => {
  const held = press(start, 'p');
  assert.match(drawn(held)[0] ?? '', 'PAUSED');
  assert.match(press(held, 'enter').message, 'p goes on');
  assert.is(press(held, 'enter').page, 'fleet');
  const host = press(start, 'enter p');
  assert.is(press(host, '0 enter').page, 'overview');
  assert.is(press(host, 'n').host, 'node5');
});

test('a host that is down shows its reason, and no figure as its present', () => {
  const ui = press(start, '/ n o d e 6 enter enter');
  const screen = drawn(ui);
  assert.match(screen[0] ?? '', '✖ down, last word 35 s ago');
  assert.match(screen.join('\n'), 'Connection refused');
  assert.match(screen.join('\n'), /gpu0 H200 +– +–/);
});

test('a click chooses the host in its row', () => {
  const lines = drawn(start, 160, 45);
  const y = lines.findIndex((line) => line.includes('node1 '));
  const ui = pressMouse(start, { kind: 'click', x: 10, y }, look(start), 160, 45);
  assert.is(ui.host, 'node1');
  assert.is(pressMouse(ui, { kind: 'wheelUp', x: 0, y: 0 }, look(ui), 160, 45).host, 'node3');
  const first = drawn(start, 160, 45).at(-1) ?? '';
  const tab = pressMouse(start, { kind: 'click', x: first.indexOf('2 gpu'), y: 44 }, look(start), 160, 45);
  assert.equal([tab.page, tab.host], ['gpu', 'node5']);
});

test('one machine has no list of hosts: key 0 does nothing, and no page of it stands in the footer', () => {
  const snapshot = running();
  const { ui } = pressKey(firstUiState, '0', snapshot);
  assert.is(ui.page, 'overview');
  assert.not.match(frame(snapshot, ui, 160, 45, themes.bare).at(-1) ?? '', 'fleet');
});

test('plain lines: one a host, the widest gap first, bounded, with what is wrong before them', () => {
  const lines = plainFleet(fleetView(troubled, null), 3);
  assert.match(lines[0] ?? '', 'ssh: Prometheus has not answered');
  assert.match(
    lines[1] ?? '',
    /^node5 \| 1 GPU \| util 96% smActive 20% gap 76%.*1,234 samples\/s \| busy by util/,
  );
  assert.match(lines.at(-1) ?? '', '18 more hosts');
  const all = plainFleet(fleetView(mixedFleet, null), 100);
  assert.is(all.length, 9);
  assert.match(
    all.find((line) => line.startsWith('node6')) ?? '',
    /^node6 \| down \| 35 s old \| connect to host/,
  );
  const [node5] = fleetView(troubled, null).rows;
  const onProcessor = node5 && { ...node5, gpus: 0, training: 'resnet20 (synthetic data)', words: 'No GPU.' };
  assert.equal(
    plainFleet({ ...fleetView(troubled, null), rows: onProcessor ? [onProcessor] : [] }, 1).slice(1, 2),
    ['node5 | 0 GPUs | 1,234 samples/s | No GPU. | trains resnet20 (synthetic data)'],
  );
});

test.run();
