import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pages } from '../../dashboards/terminal/ui-state.ts';
import { type Contents, layout, type Panel } from '../../dashboards/terminal/views/layout.ts';

const test = suite('layout');

const quiet: Contents = {
  page: 'overview',
  devices: 1,
  kernels: 20,
  findings: 3,
  training: true,
  notices: 0,
};
const contents: readonly Contents[] = [
  quiet,
  { ...quiet, devices: 0, kernels: 0, findings: 0, training: false },
  { ...quiet, devices: 8, kernels: 400, findings: 12, notices: 5 },
  { ...quiet, devices: 2, training: false, notices: 1 },
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
