import { isKnown, type Measured } from '../../../src/model/measured.ts';
import { count, percent, quantity, shortTime, withUnit } from '../../../src/model/numbers.ts';
import type { DeviceReport, Report } from '../../../src/report/report.ts';
import { recordedText } from '../../../src/report/text-device.ts';
import { type Piece, verdictOf } from '../../../src/report/verdict.ts';

export interface Figure {
  readonly word: string;
  readonly figure: Measured;
  readonly text: string;
  /** Whether it is a share, and can be drawn as a bar. */
  readonly isRatio: boolean;
}

/** What is said first of a device: util against the real figures. */
export interface Verdict {
  readonly device: string;
  readonly about: string;
  readonly sentence: readonly Piece[];
  /** What lies between the coarse figure and the real ones; '' where too little is known. */
  readonly why: string;
  readonly figures: readonly Figure[];
  /** Figures that are absent, by reason. */
  readonly absences: readonly { readonly words: readonly string[]; readonly why: string }[];
}

const ratioWords = [
  'util',
  'kernelBusy',
  'gpuBusy',
  'smActive',
  'occupancy',
  'kernelOccupancy',
  'tensorActive',
  'tensorKernels',
  'dramActive',
  'peakShare',
  'mfu',
] as const;

/** The verdict of each device, in the report's order. */
export function verdictsOf({ devices }: Report): Verdict[] {
  return devices.map((device) => {
    const figures = figuresOf(device);
    return {
      device: device.id,
      about: aboutOf(device),
      sentence: verdictOf(device),
      why: device.gap,
      figures: figures.filter(({ figure }) => isKnown(figure)),
      absences: absencesOf(figures),
    };
  });
}

function aboutOf({ name, smCount, computeCapability, rank, window, recorded }: DeviceReport): string {
  return [
    name,
    rank === null ? '' : `rank ${rank}`,
    isKnown(smCount) ? `${count(smCount.value)} SMs` : '',
    isKnown(computeCapability) ? `compute capability ${computeCapability.value}` : '',
    window === null ? '' : `${shortTime(window.seconds)} from first to last activity`,
    recordedText(recorded, window),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function figuresOf(device: DeviceReport): Figure[] {
  const { flopsPerSecond } = device;
  return [
    ...ratioWords.map((word) => {
      const figure = device[word];
      return { word, figure, text: isKnown(figure) ? percent(figure.value) : '', isRatio: true };
    }),
    {
      word: 'arithmetic',
      figure: flopsPerSecond,
      text: isKnown(flopsPerSecond) ? withUnit(flopsPerSecond.value, 'FLOP/s') : '',
      isRatio: false,
    },
  ];
}

function absencesOf(figures: readonly Figure[]): Verdict['absences'] {
  const byReason = new Map<string, { words: string[]; why: string }>();
  for (const { word, figure } of figures) {
    if (isKnown(figure)) continue;
    // The same sentence about another figure is the same reason.
    const same = figure.why.replaceAll(new RegExp(`\\b${word}\\b`, 'g'), 'it');
    const entry = byReason.get(same);
    if (entry === undefined) {
      byReason.set(same, { words: [word], why: figure.why });
    } else {
      entry.words.push(word);
      entry.why = same;
    }
  }
  return [...byReason.values()];
}

/** The figures of the steps as a sentence; empty where there are none. */
export function stepsSentence({ steps }: Report): Piece[] {
  if (steps.count === 0) return [];
  const time = (seconds: number | null) => (seconds === null ? 'unknown' : shortTime(seconds));
  const known = (
    [
      ['util', steps.util],
      ['smActive', steps.smActive],
      ['kernelOccupancy', steps.kernelOccupancy],
    ] as const
  ).flatMap(([word, figure]): Piece[] =>
    isKnown(figure) ? [`, ${word} `, { word, text: percent(figure.value), from: figure.from }] : [],
  );
  const rate: Piece[] =
    steps.samplesPerSecond === null
      ? []
      : [
          ', ',
          { word: 'samplesPerSecond', text: `${quantity(steps.samplesPerSecond)} samples/s`, from: 'steps' },
        ];
  return [
    { word: 'step', text: `${steps.count.toLocaleString('en-US')} steps`, from: 'steps' },
    `: ${time(steps.p50Seconds)} in the middle, ${time(steps.p95Seconds)} at the slow end (p95)`,
    ...rate,
    ...known,
    '.',
  ];
}
