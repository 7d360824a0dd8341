import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pages } from '../../dashboards/model/choices.ts';
import { processRows } from '../../dashboards/model/process-rows.ts';
import { shownDevices } from '../../dashboards/model/shown-devices.ts';
import { frame } from '../../dashboards/terminal/frame.ts';
import { type MouseEvent, parseMouse, pressMouse } from '../../dashboards/terminal/mouse.ts';
import { themes } from '../../dashboards/terminal/palette.ts';
import { firstUiState, type UiState } from '../../dashboards/terminal/ui-state.ts';
import { withProcesses } from './processes-moment.ts';

const test = suite('mouse');
const snapshot = withProcesses();
const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

/** Clicks on the first place where the drawn screen has this text. */
function clickOn(text: string, ui: UiState, width: number, height: number): UiState {
  const lines = frame(snapshot, ui, width, height, themes.bare);
  const y = lines.findIndex((line) => line.includes(text));
  assert.ok(y >= 0, `"${text}" is not on screen:\n${lines.join('\n')}`);
  const x = lines[y]?.indexOf(text) ?? 0;
  return pressMouse(ui, { kind: 'click', x: x + 1, y }, snapshot, width, height);
}

test('reads presses of the left button and the wheel out of what a terminal sends', () => {
  assert.equal(parseMouse('\u001b[<0;5;3M\u001b[<0;5;3m q\u001b[<64;1;1M\u001b[<69;223;300M\u001b[<2;1;1M'), [
    { kind: 'click', x: 4, y: 2 },
    { kind: 'wheelUp', x: 0, y: 0 },
    { kind: 'wheelDown', x: 222, y: 299 },
  ]);
  assert.equal(parseMouse('\u001b[<0;5M\u001b[M !!\u001b[<99999;1;1M'), []);
});

for (const [width, height] of sizes) {
  test(`a click opens the page, the device and the row that it shows, at ${width}x${height}`, () => {
    for (const [index, page] of pages.entries()) {
      if (page === 'overview') continue;
      const tab = width >= 140 ? ` ${index + 1} ${page}` : ` ${index + 1}`;
      const lines = frame(snapshot, firstUiState, width, height, themes.bare);
      const footer = lines.at(-1) ?? '';
      const x = footer.lastIndexOf(tab) + 1;
      const click: MouseEvent = { kind: 'click', x, y: height - 1 };
      assert.is(pressMouse(firstUiState, click, snapshot, width, height).page, page);
    }
    for (const [index, view] of shownDevices(snapshot).entries()) {
      assert.is(clickOn(view.device.id, { ...firstUiState, device: 1 - index }, width, height).device, index);
    }
    const onPage: UiState = { ...firstUiState, page: 'processes' };
    for (const [index, row] of processRows(snapshot, onPage).entries()) {
      if (row.process.command === '' || index === 1) continue;
      assert.is(clickOn(row.process.command, onPage, width, height).cursor, index === 3 ? 3 : index);
    }
    const kernels: UiState = { ...firstUiState, page: 'kernels' };
    assert.is(clickOn('Multiply', kernels, width, height).cursor, 4);
    assert.is(clickOn('Multiply', { ...kernels, cursor: 6 }, width, height).cursor, 4);
  });
}

test('a click on nothing changes nothing', () => {
  const onPage: UiState = { ...firstUiState, page: 'processes' };
  for (const [x, y] of [
    [40, 0],
    [3, 20],
    [0, 23],
    [500, 500],
  ] as const) {
    assert.equal(pressMouse(onPage, { kind: 'click', x, y }, snapshot, 80, 24), onPage);
  }
});

test('the wheel moves the cursor', () => {
  const onPage: UiState = { ...firstUiState, page: 'processes' };
  const turned = pressMouse(onPage, { kind: 'wheelDown', x: 5, y: 5 }, snapshot, 80, 24);
  assert.is(turned.cursor, 1);
  assert.is(pressMouse(turned, { kind: 'wheelUp', x: 5, y: 5 }, snapshot, 80, 24).cursor, 0);
});

test('the mouse does not answer a question', () => {
  const confirm = { pid: 4321, signal: 'SIGTERM', user: '', command: '' } as const;
  const asked: UiState = { ...firstUiState, confirm };
  assert.is(pressMouse(asked, { kind: 'click', x: 79, y: 23 }, snapshot, 80, 24), asked);
});

test('no click at any size throws', () => {
  const size = fc.integer({ min: 0, max: 130 });
  const kind = fc.constantFrom('click', 'wheelUp', 'wheelDown');
  fc.assert(
    fc.property(
      fc.constantFrom(...pages),
      size,
      size,
      size,
      size,
      kind,
      fc.nat(9),
      (page, x, y, width, height, what, cursor) => {
        const ui = { ...firstUiState, page, cursor };
        const after = pressMouse(ui, { kind: what, x, y }, snapshot, width, height);
        frame(snapshot, after, width, height, themes.bare);
      },
    ),
    { numRuns: 200 },
  );
});

test.run();
