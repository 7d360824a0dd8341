import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pages } from '../../dashboards/model/choices.ts';
import { detailsAsked } from '../../dashboards/model/details-asked.ts';
import { sortKernels } from '../../dashboards/model/kernel-rows.ts';
import { entriesOf } from '../../dashboards/model/source-entries.ts';
import { firstUiState, pressKey, type UiState } from '../../dashboards/terminal/ui-state.ts';
import { nothingAsked } from '../../src/analysis/details.ts';
import { absentFigures, running } from './snapshots.ts';

const test = suite('ui state');
const snapshot = running();

function press(ui: UiState, ...keys: string[]): UiState {
  return keys.reduce((state, key) => pressKey(state, key, snapshot).ui, ui);
}

test('q asks to quit and changes nothing', () => {
  assert.equal(pressKey(firstUiState, 'q', snapshot), { ui: firstUiState, action: { kind: 'quit' } });
});

test('p holds the snapshot on screen, and lets it go', () => {
  const held = pressKey(firstUiState, 'p', snapshot);
  assert.equal(held.ui.held, snapshot);
  assert.equal(held.action, { kind: 'pause', paused: true });
  const released = pressKey(held.ui, 'space', snapshot);
  assert.is(released.ui.held, null);
  assert.equal(released.action, { kind: 'pause', paused: false });
});

test('what is held does not move with the run', () => {
  const y = [1, 2];
  const { training } = running();
  assert.ok(training);
  const growing = { ...running(), training: { ...training, loss: { x: [1, 2], y } } };
  const { held } = pressKey(firstUiState, 'p', growing).ui;
  y.push(3);
  assert.equal(held?.training?.loss.y, [1, 2]);
});

test('Tab walks over all pages and around, digits go straight to one', () => {
  let ui = firstUiState;
  const seen = pages.map(() => {
    ui = press(ui, 'tab');
    return ui.page;
  });
  assert.equal(seen, [...pages.slice(1), pages[0]]);
  assert.is(press(firstUiState, 'S-tab').page, pages.at(-1));
  assert.is(press(firstUiState, '4').page, 'kernels');
  assert.is(press(firstUiState, '9').page, 'sources');
  assert.is(press(firstUiState, '0').page, 'overview');
});

test('s sorts by the next column', () => {
  assert.is(press(firstUiState, 's').sort, 'calls');
  assert.is(press(firstUiState, 's', 's', 's', 's', 's', 's').sort, 'share');
  assert.is(press(firstUiState, 'S-s').sort, 'peak');
});

test('? shows help, and ? or Escape leaves it', () => {
  const helped = press(firstUiState, '?');
  assert.ok(helped.help);
  assert.not.ok(press(helped, '?').help);
  assert.not.ok(press(helped, 'escape').help);
  assert.not.ok(press(firstUiState, 'escape').help);
  assert.not.ok(press(helped, 'tab').help);
});

test('the arrows move the help, and leave the page below it at its start', () => {
  const helped = press(press(firstUiState, '4'), 'down', 'down', '?');
  assert.is(helped.cursor, 0);
  assert.is(press(helped, 'down').cursor, 1);
  assert.is(press(helped, 'down', '?').cursor, 0);
});

test('Enter opens the page of the chosen device, Escape leads back', () => {
  const two = absentFigures();
  const chosen = pressKey(firstUiState, 'down', two).ui;
  assert.is(chosen.device, 1);
  assert.is(pressKey(chosen, 'down', two).ui.device, 1);
  const opened = pressKey(chosen, 'enter', two).ui;
  assert.is(opened.page, 'gpu');
  assert.is(opened.device, 1);
  const scrolled = pressKey(opened, 'down', two).ui;
  assert.equal([scrolled.device, scrolled.cursor], [1, 1]);
  assert.is(pressKey(opened, 'd', two).ui.device, 0);
  assert.is(press(opened, 'escape').page, 'overview');
  assert.is(press(press(firstUiState, '4'), 'enter').page, 'kernels');
});

test('the window of the charts goes by [ and ] to its ends, by w around', () => {
  const window = (...keys: string[]): number => press(firstUiState, ...keys).windowSeconds;
  assert.equal([window('['), window('[', '['), window(']'), window(']', ']', ']')], [60, 60, 900, 3600]);
  assert.equal([window('w'), window('w', 'w', 'w')], [900, 60]);
  assert.equal(pressKey(firstUiState, 'w', snapshot).action, { kind: 'saveSettings' });
});

test('t walks over the themes', () => {
  assert.equal(
    [press(firstUiState, 't').themeName, press(firstUiState, 't', 't', 't').themeName],
    ['light', 'colour'],
  );
});

test('r asks to start a recording, or to end the one that runs', () => {
  assert.equal(pressKey(firstUiState, 'r', snapshot).action, { kind: 'record', start: true });
  const recording = { ...firstUiState, recording: 'runs/one' };
  assert.equal(pressKey(recording, 'r', snapshot).action, { kind: 'record', start: false });
});

test('a message is gone at the next key', () => {
  assert.is(press({ ...firstUiState, message: 'recording to runs/one' }, 'f5').message, '');
});

test('the cursor stays inside its table', () => {
  const onKernels = press(firstUiState, '4');
  assert.is(press(onKernels, 'up').cursor, 0);
  assert.is(press(onKernels, 'down', 'j', 'k').cursor, 1);
  assert.is(press(onKernels, 'end').cursor, snapshot.kernels.length - 1);
  assert.is(press(onKernels, 'pagedown', 'pagedown').cursor, snapshot.kernels.length - 1);
  assert.is(press(onKernels, 'S-g', 'home').cursor, 0);
  assert.is(press(firstUiState, '9', 'end').cursor, entriesOf(snapshot).length - 1);
  assert.is(press(firstUiState, '7', 'end').cursor, 0);
});

test('Enter opens the page of a kernel, Escape goes back to its row', () => {
  const onKernel = press(press(firstUiState, '4'), 'down', 'down', 'enter');
  const name = snapshot.kernels[2]?.name;
  assert.equal(onKernel.kernel, { device: 'cpu', name });
  assert.equal(detailsAsked(onKernel, snapshot).kernel, { device: 'cpu', name });
  assert.is(onKernel.cursor, 0);
  const back = press(onKernel, 'escape');
  assert.is(back.kernel, null);
  assert.is(back.cursor, 2);
  assert.is(press(onKernel, 's').sort, 'share', 'its launches have an order of their own');
  assert.is(press(onKernel, 'tab').kernel, null);
});

test('only the page that is open asks for what is dear', () => {
  assert.equal(detailsAsked(firstUiState, snapshot), nothingAsked);
  assert.equal(detailsAsked(press(firstUiState, '5'), snapshot), { ...nothingAsked, timeline: 'cpu' });
  assert.equal(detailsAsked(press(firstUiState, '6'), snapshot), { ...nothingAsked, ranks: true });
});

test('d walks over the devices', () => {
  const two = absentFigures();
  const next = pressKey(firstUiState, 'd', two).ui;
  assert.is(next.device, 1);
  assert.is(pressKey(next, 'd', two).ui.device, 0);
  assert.is(press(firstUiState, 'd').device, 0);
});

test('seek and speed are asked for in a replay only', () => {
  assert.equal(pressKey(firstUiState, 'left', snapshot).action, { kind: 'none' });
  const replay = { ...firstUiState, replay: { speed: 1, positionSeconds: 0, lengthSeconds: 60 } };
  assert.equal(pressKey(replay, 'left', snapshot).action, { kind: 'seek', seconds: -5 });
  assert.equal(pressKey(replay, 'right', snapshot).action, { kind: 'seek', seconds: 5 });
  assert.equal(pressKey(replay, '+', snapshot).action, { kind: 'speed', factor: 2 });
  assert.equal(pressKey(replay, '-', snapshot).action, { kind: 'speed', factor: 0.5 });
});

test('keys without a meaning do nothing', () => {
  for (const key of ['x', '', 'f5', 'C-z', '0', '漢']) {
    assert.equal(pressKey(firstUiState, key, snapshot), { ui: firstUiState, action: { kind: 'none' } });
  }
});

test('kernels sort largest first, those without the figure last', () => {
  assert.is(sortKernels(snapshot.kernels, 'calls')[0]?.name, 'Multiply');
  const byPeak = sortKernels(snapshot.kernels, 'peak');
  assert.is(byPeak[0]?.name, 'FusedConv2D');
  assert.equal(
    byPeak.slice(-2).map((row) => row.name),
    ['Transpose', 'ArgMax'],
  );
});

test.run();
