import type { TrainingView } from '../../../src/analysis/snapshot.ts';
import { clockTime, count, percent, quantity } from '../../../src/model/numbers.ts';
import {
  latest,
  lossTold,
  trainingFigures,
  trainingTitle,
  trainsNothing,
} from '../../model/training-figures.ts';
import { bar } from '../text/bar.ts';
import { sparkline } from '../text/sparkline.ts';
import { blank, fitLine, join, type Line, lineWidth, span, toldSpan } from '../text/style.ts';
import { type CurveLook, curveChart } from './curve-chart.ts';
import { phaseLines } from './phase-bar.ts';
import type { DrawView } from './view.ts';

/** Curves of fewer rows than this are sparklines. */
const leastCurveRows = 3;

/** Progress, the figures a person trains for, their curves, and where the time of a step went. */
export const training: DrawView = ({ snapshot }, width, height) => {
  const view = snapshot.training;
  if (view === null) {
    const text = 'nothing reports steps: start the program with `warpwatch train`, or give it a probe';
    return { title: 'training', note: [], lines: [[span(text, 'dim')]] };
  }
  const above = [
    progressLine(view, width, snapshot.state === 'running'),
    ...figureLines(view, width, height),
  ].slice(0, Math.max(1, height));
  const phases = height >= above.length + 2 ? phaseLines(view.phases, width, height >= 12) : [];
  const curveRows = height - above.length - phases.length;
  return {
    title: trainingTitle(view),
    note: [],
    lines: [...above, ...curves(view, width, curveRows), ...phases],
  };
};

function progressLine(view: TrainingView, width: number, going: boolean): Line {
  const planned = view.workload?.plannedSteps ?? null;
  const of = planned === null ? '' : ` of ${count(planned)}`;
  const left: Line = [span('step ', 'dim'), span(count(view.step), 'strong'), span(of, 'dim')];
  if (view.progress === null) return left;
  const time = view.secondsLeft === null || !going ? '' : `  ${clockTime(view.secondsLeft)} left`;
  const right = `${percent(view.progress).padStart(5)}${time}`;
  const cells = width - lineWidth(left) - right.length - 3;
  return cells < 4
    ? [...left, blank(1), span(right)]
    : [...left, blank(2), ...bar(view.progress, cells, 'real'), blank(1), span(right)];
}

/** The most telling figures first: where there is room for one line, those that do not fit are left out. */
function figureLines(view: TrainingView, width: number, height: number): Line[] {
  const roomy = height >= 8;
  const items = trainingFigures(view, roomy).map(
    ({ name, told }): Line => [span(`${name} `, 'dim'), ...told.map(toldSpan)],
  );
  const gap = blank(3);
  const lines: Line[] = [];
  for (const entry of items) {
    const joined = join([lines.at(-1) ?? [], entry], gap);
    if (lines.length > 0 && lineWidth(joined) <= width) lines[lines.length - 1] = joined;
    else if (lines.length === 0 || roomy) lines.push(entry);
  }
  return lines;
}

function curves(view: TrainingView, width: number, rows: number): Line[] {
  if (rows <= 0 || trainsNothing(view)) return [];
  const loss: CurveLook = {
    title: [span('loss ', 'loss'), ...lossTold(view).map(toldSpan)],
    role: 'loss',
    format: quantity,
  };
  const accuracy: CurveLook = {
    title: [span('accuracy ', 'accuracy'), toldSpan(latest(view.accuracy.y, percent))],
    role: 'accuracy',
    format: percent,
  };
  const both = view.accuracy.y.length > 0;
  if (rows < leastCurveRows) return [sparklines(view, width)];
  if (!both) return curveChart(view.loss, loss, width, rows);
  // Side by side while low; one above the other when both stay wide and high enough to be read.
  if (rows < 14 || width > 3.2 * rows * 2) {
    const half = Math.floor((width - 3) / 2);
    const left = curveChart(view.loss, loss, half, rows);
    const right = curveChart(view.accuracy, accuracy, width - half - 3, rows);
    return Array.from({ length: rows }, (_, row) => [
      ...fitLine(left[row] ?? [], half),
      blank(3),
      ...(right[row] ?? []),
    ]);
  }
  const upper = Math.ceil(rows / 2);
  return [
    ...curveChart(view.loss, loss, width, upper),
    ...curveChart(view.accuracy, accuracy, width, rows - upper),
  ];
}

function sparklines(view: TrainingView, width: number): Line {
  const half = Math.floor((width - 3) / 2);
  const curve = (name: string, line: Line, cells: number): Line =>
    fitLine([span(`${name} `, 'dim'), ...line], cells);
  const loss = curve('loss', sparkline(view.loss.y, half - 5, 'loss'), half);
  if (view.accuracy.y.length === 0) return curve('loss', sparkline(view.loss.y, width - 5, 'loss'), width);
  const cells = width - half - 3;
  return [...loss, blank(3), ...curve('accuracy', sparkline(view.accuracy.y, cells - 9, 'accuracy'), cells)];
}
