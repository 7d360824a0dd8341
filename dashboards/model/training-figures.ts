import type { TrainingView } from '../../src/analysis/snapshot.ts';
import { isKnown, known, type Measured } from '../../src/model/measured.ts';
import { count, percent, quantity, shortTime, unknownMark } from '../../src/model/numbers.ts';
import { type Told, type Tone, told } from './tone.ts';

/** As the finding `input-bound` has it. */
const longWait = 0.1;

/** A figure of a training: its name, and what it is in pieces. */
export interface TrainingFigure {
  readonly name: string;
  readonly told: readonly Told[];
}

/** `training · resnet20 · wasm, 2 threads · synthetic shapes · batch 64`. */
export function trainingTitle({ workload }: TrainingView): string {
  if (workload === null) return 'training';
  const toldSo = !workload.synthetic || /synthetic/i.test(workload.data);
  const data = toldSo ? workload.data : `${workload.data} (synthetic)`;
  // Right after the name: what stands at the end of a title is cut first.
  const fault = workload.fault ? ` · fault: ${workload.fault} (on purpose)` : '';
  return `training · ${workload.name}${fault} · ${workload.backend} · ${data} · batch ${count(workload.batchSize)}`;
}

/**
 * The figures that a person trains for, the most telling first.
 * @param roomy also those that are of use only where there is room
 */
export function trainingFigures(view: TrainingView, roomy: boolean): TrainingFigure[] {
  const item = (name: string, figure: Measured, format: (value: number) => string, tone?: Tone) => ({
    name,
    told: [told(figure, format, tone)],
  });
  return [
    ...learnedFigures(view, roomy),
    item('samples/s', view.samplesPerSecond, quantity, 'strong'),
    ...(waitsLong(view) ? inputFigures(view) : []),
    ...precisionFigures(view, roomy),
    item('step time', view.stepSeconds, shortTime),
    ...validationFigures(view, roomy),
    ...(roomy
      ? view.lossParts.map(({ name, value }) => ({ name: spaced(name), told: [plain(quantity(value))] }))
      : []),
    ...(roomy && !trainsNothing(view) ? [item('learning rate', view.learningRate, quantity)] : []),
    ...(waitsLong(view) ? [] : inputFigures(view)),
  ];
}

/** Whether steps were taken and none told a loss, as where a network only infers. */
export function trainsNothing({ loss, accuracy, step }: TrainingView): boolean {
  return step > 0 && loss.y.length === 0 && accuracy.y.length === 0;
}

/** The newest loss, marked where it is not finite. */
export function lossTold({ loss }: TrainingView): Told[] {
  const value = latest(loss.y, quantity);
  return value.tone === 'bad' ? [{ text: '▲ ', tone: 'bad' }, value] : [value];
}

/** The newest value of a curve; a NaN is the news and never passed over. */
export function latest(values: readonly number[], format: (value: number) => string): Told {
  const last = values.at(-1);
  if (last === undefined) return { text: unknownMark, tone: 'dim' };
  return told(known(last, 'workload'), format, 'strong');
}

function learnedFigures(view: TrainingView, roomy: boolean): TrainingFigure[] {
  if (trainsNothing(view)) return [];
  const loss = { name: 'loss', told: lossTold(view) };
  const tells = roomy || view.accuracy.y.length > 0 || view.step === 0;
  return tells ? [loss, { name: 'accuracy', told: [latest(view.accuracy.y, percent)] }] : [loss];
}

function precisionFigures({ precision }: TrainingView, roomy: boolean): TrainingFigure[] {
  if (precision === null) return [];
  const half = roomy && precision.half !== null ? [dim(` · ${percent(precision.half)} at 0.5`)] : [];
  return [{ name: 'mAP', told: [{ text: percent(precision.mean), tone: 'strong' }, ...half] }];
}

/** Of a detector its precision says more; that there was no evaluation yet is said only where there is room. */
function validationFigures(
  { precision, validationAccuracy, loss }: TrainingView,
  roomy: boolean,
): TrainingFigure[] {
  const tells = precision === null && (isKnown(validationAccuracy) || (roomy && loss.y.length > 0));
  return tells ? [{ name: 'validation', told: [told(validationAccuracy, percent)] }] : [];
}

/** `classLoss` as words. */
function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function waitsLong({ input }: TrainingView): boolean {
  return input !== null && input.waitShare >= longWait;
}

/** How long steps wait for their batches, and how many are ready; nothing where nobody says. */
function inputFigures(view: TrainingView): TrainingFigure[] {
  const { input } = view;
  if (input === null) return [];
  const wait: Told = { text: percent(input.waitShare), tone: waitsLong(view) ? 'warn' : 'plain' };
  if (input.queueDepth === null) return [{ name: 'input wait', told: [wait] }];
  const of = input.queueCapacity === null ? '' : `/${count(input.queueCapacity)}`;
  return [{ name: 'input wait', told: [wait, dim(' · queue '), plain(`${count(input.queueDepth)}${of}`)] }];
}

function plain(text: string): Told {
  return { text, tone: 'plain' };
}

function dim(text: string): Told {
  return { text, tone: 'dim' };
}
