import type { TrainingView } from '../../../src/analysis/snapshot.ts';
import { isKnown, known } from '../../../src/model/measured.ts';
import { clockTime, count, percent, quantity, shortTime, unknownMark } from '../../../src/model/numbers.ts';
import { bar } from '../text/bar.ts';
import { figure } from '../text/figure.ts';
import { sparkline } from '../text/sparkline.ts';
import { blank, fitLine, join, type Line, lineWidth, type Span, span } from '../text/style.ts';
import { type CurveLook, curveChart } from './curve-chart.ts';
import { phaseLines } from './phase-bar.ts';
import type { DrawView } from './view.ts';

/** Curves of fewer rows than this are sparklines. */
const leastCurveRows = 3;
/** As the finding `input-bound` has it. */
const longWait = 0.1;

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
    title: titleOf(view),
    note: [],
    lines: [...above, ...curves(view, width, curveRows), ...phases],
  };
};

function titleOf(view: TrainingView): string {
  const { workload } = view;
  if (workload === null) return 'training';
  const told = !workload.synthetic || /synthetic/i.test(workload.data);
  const data = told ? workload.data : `${workload.data} (synthetic)`;
  // Right after the name: what stands at the end of a title is cut first.
  const fault = workload.fault ? ` · fault: ${workload.fault} (on purpose)` : '';
  return `training · ${workload.name}${fault} · ${workload.backend} · ${data} · batch ${count(workload.batchSize)}`;
}

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
  const item = (name: string, value: Span): Line => [span(`${name} `, 'dim'), value];
  const roomy = height >= 8;
  const items = [
    ...learnedItems(view, roomy),
    item('samples/s', figure(view.samplesPerSecond, quantity, 'strong')),
    ...(waitsLong(view) ? inputItems(view) : []),
    ...precisionItems(view, roomy),
    item('step time', figure(view.stepSeconds, shortTime)),
    ...validationItems(view, roomy),
    ...(roomy ? view.lossParts.map(({ name, value }) => item(spaced(name), span(quantity(value)))) : []),
    ...(roomy && !trainsNothing(view) ? [item('learning rate', figure(view.learningRate, quantity))] : []),
    ...(waitsLong(view) ? [] : inputItems(view)),
  ];
  const gap = blank(3);
  const lines: Line[] = [];
  for (const entry of items) {
    const joined = join([lines.at(-1) ?? [], entry], gap);
    if (lines.length > 0 && lineWidth(joined) <= width) lines[lines.length - 1] = joined;
    else if (lines.length === 0 || roomy) lines.push(entry);
  }
  return lines;
}

/** Whether steps were taken and none told a loss, as where a network only infers. */
function trainsNothing({ loss, accuracy, step }: TrainingView): boolean {
  return step > 0 && loss.y.length === 0 && accuracy.y.length === 0;
}

function learnedItems(view: TrainingView, roomy: boolean): Line[] {
  if (trainsNothing(view)) return [];
  const loss: Line = [span('loss ', 'dim'), ...lossFigure(view)];
  const tells = roomy || view.accuracy.y.length > 0 || view.step === 0;
  return tells ? [loss, [span('accuracy ', 'dim'), latest(view.accuracy.y, percent)]] : [loss];
}

function precisionItems({ precision }: TrainingView, roomy: boolean): Line[] {
  if (precision === null) return [];
  const half = roomy && precision.half !== null ? [span(` · ${percent(precision.half)} at 0.5`, 'dim')] : [];
  return [[span('mAP ', 'dim'), span(percent(precision.mean), 'strong'), ...half]];
}

/** Of a detector its precision says more; that there was no evaluation yet is said only where there is room. */
function validationItems({ precision, validationAccuracy, loss }: TrainingView, roomy: boolean): Line[] {
  const tells = precision === null && (isKnown(validationAccuracy) || (roomy && loss.y.length > 0));
  return tells ? [[span('validation ', 'dim'), figure(validationAccuracy, percent)]] : [];
}

/** `classLoss` as words. */
function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function waitsLong({ input }: TrainingView): boolean {
  return input !== null && input.waitShare >= longWait;
}

/** How long steps wait for their batches, and how many are ready; nothing where nobody says. */
function inputItems(view: TrainingView): Line[] {
  const { input } = view;
  if (input === null) return [];
  const wait = waitsLong(view) ? 'warn' : 'plain';
  const items: Line = [span('input wait ', 'dim'), span(percent(input.waitShare), wait)];
  if (input.queueDepth === null) return [items];
  const of = input.queueCapacity === null ? '' : `/${count(input.queueCapacity)}`;
  return [[...items, span(' · queue ', 'dim'), span(`${count(input.queueDepth)}${of}`)]];
}

function lossFigure(view: TrainingView): Span[] {
  const value = latest(view.loss.y, quantity);
  return value.role === 'bad' ? [span('▲ ', 'bad'), value] : [value];
}

/** The newest value of a curve; a NaN is the news and never passed over. */
function latest(values: readonly number[], format: (value: number) => string): Span {
  const last = values.at(-1);
  if (last === undefined) return span(unknownMark, 'dim');
  return figure(known(last, 'workload'), format, 'strong');
}

function curves(view: TrainingView, width: number, rows: number): Line[] {
  if (rows <= 0 || trainsNothing(view)) return [];
  const loss: CurveLook = {
    title: [span('loss ', 'loss'), ...lossFigure(view)],
    role: 'loss',
    format: quantity,
  };
  const accuracy: CurveLook = {
    title: [span('accuracy ', 'accuracy'), latest(view.accuracy.y, percent)],
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
