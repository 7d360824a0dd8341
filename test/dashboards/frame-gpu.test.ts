import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pages, windowChoices } from '../../dashboards/model/choices.ts';
import { figureText } from '../../dashboards/model/figure-text.ts';
import { frame } from '../../dashboards/terminal/frame.ts';
import { themes } from '../../dashboards/terminal/palette.ts';
import { displayWidth } from '../../dashboards/terminal/text/width.ts';
import { firstUiState, type UiState } from '../../dashboards/terminal/ui-state.ts';
import { gpuRows } from '../../dashboards/terminal/views/gpu.ts';
import { type DeviceFigure, deviceFigures } from '../../src/analysis/device-figures.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { isKnown } from '../../src/model/measured.ts';
import { matchesGolden } from '../support/golden.ts';
import * as machines from './gpu-snapshots.ts';

const test = suite('frame of GPUs');

const counts = [0, 1, 2, 8, 16] as const;
const snapshots: Readonly<Record<string, Snapshot>> = {
  ...Object.fromEntries(counts.map((count) => [`gpus-${count}`, machines.gpus(count)])),
  'no-counters': machines.noCounters,
  'no-util': machines.noUtil,
  'smi-only': machines.smiOnly,
  'dcgm-only': machines.dcgmOnly,
  lost: machines.lostGpu,
  hung: machines.hungGpu,
  mig: machines.mig,
};
const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

function drawn(snapshot: Snapshot, width: number, height: number, ui: Partial<UiState> = {}): string[] {
  return frame(snapshot, { ...firstUiState, ...ui }, width, height, themes.bare);
}

for (const [name, snapshot] of Object.entries(snapshots)) {
  for (const [width, height] of sizes) {
    test(`looks as kept: ${name} at ${width}x${height}`, () => {
      const text = drawn(snapshot, width, height).join('\n');
      matchesGolden(`dashboards/${name}-${width}x${height}.txt`, `${text}\n`);
    });
  }
}

for (const name of ['gpus-2', 'lost', 'mig', 'smi-only', 'gpus-0']) {
  for (const [width, height] of [sizes[0], sizes[1]]) {
    test(`looks as kept: the page of a GPU, ${name} at ${width}x${height}`, () => {
      const device = name === 'lost' ? 3 : 1;
      const text = drawn(snapshots[name] ?? machines.gpus(1), width, height, { page: 'gpu', device });
      matchesGolden(`dashboards/page-gpu-${name}-${width}x${height}.txt`, `${text.join('\n')}\n`);
    });
  }
}

test('util and SM active stand side by side on the row of each GPU', () => {
  for (const width of [60, 80, 120, 200]) {
    const lines = drawn(machines.gpus(2), width, 24);
    assert.match(lines.find((line) => /util/.test(line) && /SM active/.test(line)) ?? '', /util +SM active/);
    const meter = '[━╸─ ]+';
    assert.match(
      lines.find((line) => /gpu0 /.test(line)) ?? '',
      new RegExp(`gpu0 .*97%${meter}41%`),
      String(width),
    );
  }
});

test('all of 16 GPUs have a row on a screen of 80x24', () => {
  const text = drawn(machines.gpus(16), 80, 24);
  for (let index = 0; index < 16; index += 1) {
    assert.ok(
      text.some((line) => line.startsWith(`gpu${index} `) && line.includes('%')),
      `gpu${index}`,
    );
  }
});

test('a figure that no GPU has gives way, and one line says why', () => {
  const text = drawn(machines.noCounters, 80, 24).join('\n');
  assert.not.match(text, 'occupancy');
  assert.match(text, /util +SM active/);
  assert.match(text, 'no counters: GPM needs Hopper or newer');
  assert.not.match(drawn(machines.gpus(2), 80, 24).join('\n'), 'no counters');
  assert.match(drawn(machines.noUtil, 80, 24).join('\n'), 'no util: util is not to be had under MIG');
});

test('a GPU that is lost or hung says so in words in place of figures', () => {
  const lost = drawn(machines.lostGpu, 120, 40).find((line) => line.includes('gpu3 H200')) ?? '';
  assert.match(lost, /gpu3 H200 +✖ lost: it fell off the bus \(XID 79\)/);
  assert.not.match(lost, '%');
  const hung = drawn(machines.hungGpu, 80, 24);
  const row = hung.findIndex((line) => line.includes('✖ hung: a call of the driver takes longer'));
  // The sentence goes on below, where the gap of a device would stand.
  assert.match(hung[row + 1] ?? '', 'XID in the kernel log.');
});

test('a MIG device stands indented below its GPU', () => {
  const rows = drawn(machines.mig, 120, 40).filter((line) => /gpu\d.* H200/.test(line) && /\d W/.test(line));
  assert.match(rows[0] ?? '', /│ gpu0 H200/);
  assert.match(rows[1] ?? '', /│ └ gpu0\.0 H200 MIG/);
  assert.match(rows[2] ?? '', /│ └ gpu0\.1 H200 MIG/);
  assert.match(rows[3] ?? '', /│ gpu1 H200/);
});

test('a machine without a GPU shows its CPU and says why', () => {
  const text = drawn(machines.gpus(0), 80, 24).join('\n');
  assert.match(text, 'cpu AMD EPYC');
  assert.match(text, 'no GPU: The NVIDIA driver is not loaded');
  assert.match(text, 'no GPU: nvidia-smi was not found in PATH.');
});

test('the page of a machine without a GPU says why, above its CPU', () => {
  const lines = drawn(machines.gpus(0), 80, 24, { page: 'gpu' });
  assert.match(lines[2] ?? '', 'no GPU: The NVIDIA driver is not loaded');
  assert.match(lines.join('\n'), 'AMD EPYC');
});

test('rows that have no room for a second line carry the gap in words where the screen is wide', () => {
  assert.match(
    drawn(machines.gpus(16), 200, 60).find((line) => /gpu3 /.test(line)) ?? '',
    'filled, but no tensor',
  );
  assert.not.match(drawn(machines.gpus(16), 120, 40).join('\n'), 'filled, but no tensor');
});

test('the CPU has a row beside GPUs only where it runs kernels', () => {
  assert.not.match(drawn(machines.gpus(2), 120, 40).join('\n'), 'cpu AMD');
  const whole = machines.gpus(2);
  const devices = whole.devices.map((view) =>
    view.device.id === 'cpu' ? { ...view, kernelBusy: { value: 0.5, from: 'launches' } } : view,
  );
  assert.match(drawn({ ...whole, devices }, 120, 40).join('\n'), 'cpu AMD');
});

test('what slows a clock stands in words and as a mark at the clock', () => {
  const text = drawn(machines.gpus(2), 120, 40).join('\n');
  assert.match(text, '▼1410');
  assert.match(text, '▼ clocks held by power limit');
});

test('the page of a GPU holds every figure: with its source, or with the reason why not', () => {
  const snapshot = machines.gpus(2);
  const [, , view] = snapshot.devices;
  assert.ok(view);
  const text = drawn(snapshot, 160, 200, { page: 'gpu', device: 1 }).join('\n');
  for (const name of Object.keys(deviceFigures) as DeviceFigure[]) {
    const figure = view[name];
    const label = deviceFigures[name].label;
    assert.match(text, label.slice(0, 15), name);
    if (isKnown(figure)) assert.match(text, figureText(name, figure.value), name);
    else assert.match(text, figure.why, name);
  }
  assert.match(text, /SM active +96% .*nvml\.gpm/);
  assert.match(text, 'python train.py --rank 1');
});

test('the page of a GPU scrolls to its end', () => {
  const ui = { page: 'gpu', device: 0 } as const;
  const last = gpuRows(machines.gpus(1), { ...firstUiState, ...ui });
  assert.match(drawn(machines.gpus(1), 80, 24, { ...ui, cursor: 0 }).join('\n'), 'lines below');
  const end = drawn(machines.gpus(1), 80, 24, { ...ui, cursor: last }).join('\n');
  assert.match(end, 'The driver does not tell it for this GPU.');
  assert.not.match(end, 'lines below');
});

test('the sources page has a line for every figure of every device', () => {
  const text = drawn(machines.dcgmOnly, 160, 300, { page: 'sources' }).join('\n');
  for (const { label } of Object.values(deviceFigures)) assert.match(text, label.slice(0, 15));
  assert.match(text, /gpu1 +SM active +41% +dcgm/);
});

test('every size has its lines, none too wide, and shows util beside SM active from 60 columns on', () => {
  const many = [...counts, 3, 5, 12].map((count) => machines.gpus(count));
  const all = [...Object.values(snapshots), ...many];
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      fc.constantFrom(...pages),
      fc.constantFrom(...windowChoices),
      fc.integer({ min: 20, max: 220 }),
      fc.integer({ min: 5, max: 70 }),
      fc.nat(20),
      (snapshot, page, windowSeconds, width, height, device) => {
        const lines = drawn(snapshot, width, height, { page, windowSeconds, device, cursor: device });
        assert.is(lines.length, height);
        for (const line of lines) assert.ok(displayWidth(line) <= width);
        const gpus = snapshot.devices.some((view) => view.device.kind === 'gpu');
        if (page !== 'overview' || width < 60 || !gpus) return;
        assert.ok(
          lines.some((line) => /util +SM active/.test(line)),
          `${width}x${height}`,
        );
      },
    ),
    { numRuns: 150 },
  );
});

test.run();
