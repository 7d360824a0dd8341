import type { Finding } from '../../../analysis/advice/finding.ts';
import { type DeviceFigure, type DeviceFigures, figureNames } from '../../../analysis/device-figures.ts';
import { emptyHistory } from '../../../analysis/history.ts';
import type {
  Curve,
  DeviceView,
  HostView,
  InputView,
  PhaseShare,
  Snapshot,
  TrainingView,
} from '../../../analysis/snapshot.ts';
import { absent, type Measured } from '../../../model/measured.ts';
import {
  conditionShape,
  deviceShape,
  processShape,
  workloadShape,
} from '../../../recording/payloads/documents.ts';
import {
  count,
  listOf,
  mapOf,
  measured,
  nullOr,
  object,
  oneOf,
  quantity,
  type Shape,
  text,
} from '../../../recording/shapes.ts';

/** The shapes of what `snapshotJson` prints. Members that an older warpwatch does not print have a default. */

const notFinite: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
const untold = absent('The warpwatch of that machine is too old to tell it; bring it up to date.');

/** A number, also one that JSON has no word for. */
const number: Shape<number> = (value, what) => notFinite.get(value) ?? quantity(value, what);
const figure = measured(number);
const anything: Shape<unknown> = (value) => value;

function or<T>(otherwise: T, shape: Shape<T>): Shape<T> {
  return (value, what) => (value === undefined ? otherwise : shape(value, what));
}

const processList = nullOr(listOf(processShape));

/** What a device is and its figures stand side by side. */
const deviceLine: Shape<DeviceView> = (value, what) => {
  const given = mapOf(anything)(value, what);
  const described = { smCount: untold, computeCapability: untold, memoryBytes: untold, peakFlops: untold };
  return {
    device: deviceShape({ ...described, ...given }, what),
    ...figuresOf(given, what),
    state: conditionShape(given['state'], `${what}.state`),
    processes: processList(given['processes'], `${what}.processes`),
    gap: text(given['gap'], `${what}.gap`),
    history: emptyHistory(0),
  };
};

function figuresOf(given: Readonly<Record<string, unknown>>, what: string): DeviceFigures {
  const figures: Partial<Record<DeviceFigure, Measured>> = {};
  for (const name of figureNames)
    figures[name] = or<Measured>(untold, figure)(given[name], `${what}.${name}`);
  // Every name of the table has been set just now.
  return figures as DeviceFigures;
}

/** The newest value of a curve, whose step the training tells. */
type Newest = number | null;

interface TrainingLine extends Omit<TrainingView, 'loss' | 'accuracy'> {
  readonly loss: Newest;
  readonly accuracy: Newest;
}

const trainingLine = object<TrainingLine>({
  workload: nullOr(workloadShape),
  step: quantity,
  progress: nullOr(number),
  secondsLeft: nullOr(number),
  stepSeconds: figure,
  samplesPerSecond: figure,
  loss: nullOr(number),
  accuracy: nullOr(number),
  validationAccuracy: figure,
  precision: nullOr(object<NonNullable<TrainingView['precision']>>({ mean: number, half: nullOr(number) })),
  lossParts: listOf(object<TrainingView['lossParts'][number]>({ name: text, value: number })),
  learningRate: figure,
  input: nullOr(
    object<InputView>({ waitShare: number, queueDepth: nullOr(number), queueCapacity: nullOr(number) }),
  ),
  phases: listOf(object<PhaseShare>({ phase: text, share: number })),
});

const hostLine = object<HostView>({
  cpuUtil: figure,
  processUtil: figure,
  memoryUsedBytes: figure,
  memoryTotalBytes: nullOr(number),
  processMemoryBytes: figure,
});

const finding = object<Finding>({
  id: text,
  severity: oneOf('ok', 'warn', 'recheck'),
  title: text,
  evidence: text,
  remedy: text,
});

type Line = Pick<
  Snapshot,
  | 'title'
  | 'state'
  | 'message'
  | 'elapsedSeconds'
  | 'devices'
  | 'host'
  | 'whyNoGpu'
  | 'sourceTroubles'
  | 'findings'
  | 'lostRecords'
  | 'damage'
> & { readonly training: TrainingLine | null };

const lineShape = object<Line>({
  title: or('', text),
  state: oneOf('starting', 'running', 'ended', 'failed'),
  message: or('', text),
  elapsedSeconds: number,
  devices: listOf(deviceLine),
  host: hostLine,
  whyNoGpu: listOf(text),
  sourceTroubles: or<readonly string[]>([], listOf(text)),
  findings: or<readonly Finding[]>([], listOf(finding)),
  lostRecords: count,
  damage: listOf(text),
  training: nullOr(trainingLine),
});

/** A whole line. */
export const momentShape: Shape<Snapshot> = (value, what) => {
  const { training, ...line } = lineShape(value, what);
  return {
    ...line,
    training: training && {
      ...training,
      loss: newestPoint(training.step, training.loss),
      accuracy: newestPoint(training.step, training.accuracy),
    },
    kernels: [],
    details: { timeline: null, ranks: null, replicas: null, kernel: null, fleet: null },
  };
};

function newestPoint(step: number, value: Newest): Curve {
  return value === null ? { x: [], y: [] } : { x: [step], y: [value] };
}
