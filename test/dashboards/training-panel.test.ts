import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Line } from '../../dashboards/terminal/text/style.ts';
import { firstUiState } from '../../dashboards/terminal/ui-state.ts';
import { phaseLines } from '../../dashboards/terminal/views/phase-bar.ts';
import { training } from '../../dashboards/terminal/views/training.ts';
import type { TrainingView } from '../../src/analysis/snapshot.ts';
import { absent } from '../../src/model/measured.ts';
import { running } from './snapshots.ts';

const test = suite('training panel');

const lineText = (line: Line): string => line.map(({ text }) => text).join('');

/** The panel's lines for a training that is as in the goldens, but for some of it. */
function panel(changes: Partial<TrainingView>, width: number, height: number): string[] {
  const snapshot = running(20);
  const view = snapshot.training as TrainingView;
  const moment = {
    snapshot: { ...snapshot, training: { ...view, ...changes } },
    ui: firstUiState,
    bare: false,
  };
  return training(moment, width, height).lines.map(lineText);
}

test('at 80 columns a slow input is told before the time of a step', () => {
  const slow = { waitShare: 0.75, queueDepth: 0, queueCapacity: 4 };
  const [, figures = ''] = panel({ input: slow }, 80, 5);
  assert.match(figures, /input wait 75% · queue 0\/4/);
  assert.not.match(panel({ input: { ...slow, waitShare: 0.01 } }, 80, 5)[1] ?? '', /input wait 75%/);
});

test('a detector has its mean average precision, and the parts of its loss where there is room', () => {
  const lossParts = [{ name: 'classLoss', value: 5.97 }];
  const roomy = panel({ precision: { mean: 0.31, half: 0.62 }, lossParts }, 110, 12).join('\n');
  assert.match(roomy, /mAP 31% · 62% at 0\.5/);
  assert.match(roomy, /class loss 5\.97/);
  assert.not.match(roomy, /validation/);
  assert.match(panel({ precision: { mean: 0.31, half: 0.62 }, lossParts }, 80, 5)[1] ?? '', /mAP 31%/);
});

test('what only infers shows no loss, no accuracy and no curve of them', () => {
  const none = { x: [], y: [] };
  const nothing = { loss: none, accuracy: none, validationAccuracy: absent('No evaluation.') };
  for (const height of [5, 12])
    assert.not.match(panel(nothing, 80, height).join('\n'), /loss|accuracy|validation|learning rate/);
});

test('a legend says each phase apart, and leaves out the smallest rather than being cut', () => {
  const phases = [
    { phase: 'first forward', share: 0.08 },
    { phase: 'second forward', share: 0.25 },
    { phase: 'second backward', share: 0.32 },
    { phase: 'forward', share: 0.001 },
    { phase: 'first backward', share: 0.25 },
    { phase: 'second optimizer', share: 0.01 },
    { phase: 'outside kernels', share: 0.089 },
  ];
  const narrow = phaseLines(phases, 80, false).map(lineText).join('');
  assert.match(narrow, /1st fwd 8% .* 2nd fwd 25% .* 2nd bwd 32% .* 1st bwd 25%/);
  assert.ok(narrow.length <= 80, narrow);
  assert.not.match(narrow, /…| fwd 0%/);
  const wide = phaseLines(phases, 160, true).map(lineText).join('\n');
  for (const { phase } of phases) assert.match(wide, new RegExp(phase));
});

test.run();
