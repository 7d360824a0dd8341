import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { frame } from '../../dashboards/terminal/frame.ts';
import { themes } from '../../dashboards/terminal/palette.ts';
import { firstUiState, type UiState } from '../../dashboards/terminal/ui-state.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { matchesGolden } from '../support/golden.ts';
import { twoRankMoment } from './live-pages.ts';
import { noDetails } from './snapshots.ts';

const test = suite('pages of recorded kernels');
const gemm = {
  device: 'gpu0',
  name: 'sm90_xmma_gemm_bf16bf16_bf16f32_f32_tn_n_tilesize128x128x64_warpgroupsize1x1x1',
};
const moment = twoRankMoment(20, { timeline: 'gpu0', ranks: true, kernel: gemm });
const sizes = [
  [80, 24],
  [160, 45],
] as const;

function drawn(snapshot: Snapshot, width: number, height: number, ui: Partial<UiState>): string[] {
  return frame(snapshot, { ...firstUiState, ...ui }, width, height, themes.bare);
}

for (const [width, height] of sizes) {
  for (const [name, ui] of [
    ['kernels', { page: 'kernels' }],
    ['kernel', { page: 'kernels', kernel: gemm }],
    ['timeline', { page: 'timeline' }],
    ['ranks', { page: 'ranks' }],
  ] as const) {
    test(`looks as kept: ${name} at ${width}x${height}`, () => {
      const text = drawn(moment, width, height, ui).join('\n');
      matchesGolden(`dashboards/recorded-${name}-${width}x${height}.txt`, `${text}\n`);
    });
  }
}

test('every page fits every size, and tells what it lacks', () => {
  for (const [width, height] of [
    [1, 1],
    [20, 5],
    [41, 9],
    [300, 90],
  ] as const) {
    for (const page of ['kernels', 'timeline', 'ranks'] as const) {
      for (const snapshot of [moment, { ...moment, details: noDetails }]) {
        for (const kernel of [null, gemm]) {
          const lines = drawn(snapshot, width, height, { page, kernel });
          assert.is(lines.length, height);
          for (const line of lines) assert.ok([...line].length <= width, `${page} ${width}: ${line}`);
        }
      }
    }
  }
});

test('a page that is opened while paused says so', () => {
  for (const page of ['timeline', 'ranks'] as const) {
    const held = { ...moment, details: noDetails };
    assert.match(drawn(held, 80, 24, { page, held }).join('\n'), 'paused before this page was opened');
  }
});

test('a pause keeps what the page shows', () => {
  const held = structuredClone(moment);
  assert.equal(
    drawn(held, 120, 40, { page: 'timeline', held }).slice(1, -1),
    drawn(moment, 120, 40, { page: 'timeline' }).slice(1, -1),
  );
});

test.run();
