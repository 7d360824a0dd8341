import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pages } from '../../dashboards/model/choices.ts';
import { type Contents, layout, type Panel } from '../../dashboards/terminal/views/layout.ts';

const test = suite('layout');

const quiet: Contents = {
  page: 'overview',
  devices: 1,
  deviceNotes: 0,
  processes: 0,
  kernels: 20,
  findings: 3,
  training: true,
  notices: 0,
  alerts: 0,
};
const contents: readonly Contents[] = [
  quiet,
  { ...quiet, devices: 0, kernels: 0, findings: 0, training: false },
  { ...quiet, devices: 8, kernels: 400, findings: 12, notices: 5 },
  { ...quiet, devices: 2, training: false, notices: 1 },
  { ...quiet, devices: 1, notices: 5, alerts: 1 },
  { ...quiet, devices: 2, alerts: 9 },
  {
    ...quiet,
    devices: 16,
    deviceNotes: 1,
    training: false,
    kernels: 0,
    processes: 16,
    alerts: 5,
    notices: 2,
  },
  { ...quiet, devices: 16, deviceNotes: 1, processes: 16, kernels: 0, training: false },
  ...pages.map((page) => ({ ...quiet, page })),
  { ...quiet, page: 'help' },
];

function eachSize(check: (width: number, height: number) => void): void {
  for (const width of [1, 2, 5, 20, 40, 79, 80, 109, 110, 120, 160, 200, 300]) {
    for (let height = 1; height <= 100; height += height < 40 ? 1 : 7) check(width, height);
  }
}

test('panels lie inside the screen and share no cell', () => {
  for (const content of contents) {
    eachSize((width, height) => {
      const owner = new Map<number, string>();
      for (const panel of layout(width, height, content)) {
        const where = `${panel.id} at ${width}x${height}`;
        assert.ok(panel.x >= 0 && panel.y >= 0 && panel.width > 0 && panel.height > 0, where);
        assert.ok(panel.x + panel.width <= width && panel.y + panel.height <= height, where);
        for (let y = panel.y; y < panel.y + panel.height; y += 1) {
          // Corners decide: rows of a panel are whole.
          for (const x of [panel.x, panel.x + panel.width - 1]) {
            const cell = y * width + x;
            assert.is(owner.get(cell) ?? panel.id, panel.id, where);
            owner.set(cell, panel.id);
          }
        }
        assert.ok(panel.frame !== 'box' || panel.height >= 3, where);
      }
      assert.not(overlapping(layout(width, height, content)));
    });
  }
});

test('header, devices and keys stay as long as there is room for them', () => {
  for (const content of contents.filter(({ page }) => page === 'overview')) {
    eachSize((width, height) => {
      const ids = layout(width, height, content).map(({ id }) => id);
      assert.ok(ids.includes('header'));
      if (height >= 3) assert.ok(ids.includes('devices'));
      if (height >= 4) assert.ok(ids.includes('footer'));
      // Rows of many devices go before what else there is.
      if (content.devices > 2) return;
      if (height >= 12 && content.training) assert.ok(ids.includes('training'));
      if (height >= 12) assert.ok(ids.includes('history'));
    });
  }
});

test('everything essential is on a screen of 80x24', () => {
  const ids = layout(80, 24, quiet).map(({ id }) => id);
  for (const id of ['header', 'devices', 'history', 'training', 'kernels', 'findings', 'footer'] as const) {
    assert.ok(ids.includes(id), id);
  }
});

test('16 GPUs have their rows on a screen of 80x24, and each its gap where there is room', () => {
  const many = { ...quiet, devices: 16, processes: 16, kernels: 0, training: false };
  const rowsAt = (width: number, height: number, devices: number): number =>
    layout(width, height, { ...many, devices }).find(({ id }) => id === 'devices')?.height ?? 0;
  assert.ok(rowsAt(80, 24, 16) >= 17);
  assert.ok(rowsAt(120, 40, 16) >= 19);
  assert.ok(rowsAt(200, 60, 8) >= 1 + 2 * 8 + 2);
  assert.ok(rowsAt(80, 24, 2) >= 1 + 2 * 2);
});

test('processes stand in the place of kernels where none are recorded', () => {
  const watching = { ...quiet, kernels: 0, training: false, processes: 3 };
  const ids = (contents: Contents): string[] => layout(80, 24, contents).map(({ id }) => id);
  assert.ok(ids(watching).includes('processes'));
  assert.not(ids({ ...watching, kernels: 1 }).includes('processes'));
  assert.not(ids({ ...watching, processes: 0 }).includes('processes'));
});

test('a screen of no size has no panels', () => {
  assert.equal(layout(0, 10, quiet), []);
  assert.equal(layout(10, 0, quiet), []);
});

function overlapping(panels: readonly Panel[]): boolean {
  return panels.some((one, index) =>
    panels
      .slice(index + 1)
      .some(
        (other) =>
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      ),
  );
}

test.run();
