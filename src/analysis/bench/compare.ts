import { plural, quantity } from '../../model/numbers.ts';
import { geometricInterval, type MeanInterval, meanInterval } from '../statistics.ts';
import type { Comparison } from './result.ts';

type Figure = Comparison['figure'];

/** One of two runs that are compared: the figures to compare by round, null where a round does not know one. */
export interface Compared extends Readonly<Partial<Record<Figure, readonly (number | null)[]>>> {
  readonly label: string;
  /** In sentences; such as `async`. */
  readonly name: string;
}

/** Two runs in every figure that both know, and what that comes to. */
export interface PairVerdict {
  readonly comparisons: readonly Comparison[];
  readonly sentence: string;
}

/** Two runs in one figure. */
interface Difference {
  readonly a: string;
  readonly b: string;
  readonly rounds: number;
  readonly interval: MeanInterval | null;
  readonly beyondNoise: boolean;
}

interface FigureWords {
  /** What says "no difference": 1 of ratios, 0 of differences. */
  readonly even: 0 | 1;
  /** A main clause. */
  clause(difference: Difference): string;
  /** The same after another one on the same run. */
  shortClause(difference: Difference): string;
}

const figures: Readonly<Record<Figure, FigureWords>> = {
  samplesPerSecond: rateWords('trains', 'as many samples a second as'),
  stepsPerSecond: rateWords('makes', 'as many steps a second as'),
  programSeconds: rateWords('takes', 'as long as'),
  accuracyAtEqualSeconds: accuracyWords('at equal time'),
  accuracyAtEqualSamples: accuracyWords('at equal samples'),
};
const figureNames = Object.keys(figures) as Figure[];

/**
 * Compares two runs round by round: of a round each ran next to the other, so that what slows the machine slows both.
 * @param where begins the sentences, such as `With 2 replicas`; '' where they begin with the name of a
 */
export function comparePair(a: Compared, b: Compared, replicas: number, where: string): PairVerdict {
  const lead = where === '' ? '' : `${where} `;
  const told = figureNames
    .filter((figure) => a[figure] !== undefined && b[figure] !== undefined)
    .map((figure) => ({ figure, difference: differenceOf(a, b, figure) }))
    .filter(({ difference }, at) => at === 0 || difference.rounds > 0);
  const comparisons = told.map(({ figure, difference }) => {
    const { interval, beyondNoise } = difference;
    const ends = { value: interval?.mean ?? null, low: interval?.low ?? null, high: interval?.high ?? null };
    const sentence = `${lead}${figures[figure].clause(difference)}.`;
    return { replicas, figure, a: a.label, b: b.label, ...ends, beyondNoise, sentence };
  });
  // Where the first clause says the same of both, `its` would be neither's.
  const isOnA = told[0] !== undefined && (told[0].difference.beyondNoise || told[0].difference.rounds === 1);
  const clauses = told
    .filter(({ figure, difference }) => figure !== 'accuracyAtEqualSamples' || difference.beyondNoise)
    .map(({ figure, difference }, at) =>
      figures[figure][at > 0 && isOnA ? 'shortClause' : 'clause'](difference),
    );
  return { comparisons, sentence: `${lead}${clauses.join('; ')}.` };
}

function differenceOf(a: Compared, b: Compared, figure: Figure): Difference {
  const { even } = figures[figure];
  const [ofRoundsA, ofRoundsB] = [a[figure] ?? [], b[figure] ?? []];
  const pairs = ofRoundsA.flatMap((ofA, round) => {
    const ofB = ofRoundsB[round] ?? null;
    return ofA === null || ofB === null || (even === 1 && !(ofA > 0 && ofB > 0)) ? [] : [[ofA, ofB] as const];
  });
  const interval =
    pairs.length === 0
      ? null
      : even === 1
        ? geometricInterval(pairs.map(([ofA, ofB]) => ofA / ofB))
        : meanInterval(pairs.map(([ofA, ofB]) => ofA - ofB));
  const { low, high } = interval ?? { low: null, high: null };
  const beyondNoise = low !== null && high !== null && (low > even || high < even);
  return { a: a.name, b: b.name, rounds: pairs.length, interval, beyondNoise };
}

/** Of a rate or a time: what one does so many times `as` the other. */
function rateWords(does: string, as: string): FigureWords {
  const clause = ({ a, b, rounds, interval, beyondNoise }: Difference) => {
    if (interval === null)
      return `${a} and ${b} cannot be compared, since there is no round in which both are known`;
    const said = `${a} ${does} ${quantity(interval.mean)} times ${as} ${b}`;
    const ends = endsText(interval, rounds, quantity, '');
    if (ends === '') return `${said}, in one round, which tells nothing of the noise`;
    return beyondNoise ? `${said} (${ends})` : `no difference shows beyond the noise: ${said} (${ends})`;
  };
  return { even: 1, clause, shortClause: clause };
}

function accuracyWords(when: string): FigureWords {
  const say = (whose: string, than: string, { rounds, interval, beyondNoise }: Difference) => {
    if (interval === null) return `${whose} is not known`;
    const points = quantity(Math.abs(interval.mean) * 100);
    const level = interval.mean < 0 ? 'below' : 'above';
    const ends = endsText(interval, rounds, (value) => quantity(value * 100), ' points');
    if (ends === '') {
      return `${whose} is ${points} points ${level} ${than} in one round, which tells nothing of the noise`;
    }
    return beyondNoise
      ? `${whose} is ${points} points ${level} ${than} (${ends})`
      : `${whose} is within the noise of ${than} (${ends})`;
  };
  return {
    even: 0,
    clause: (difference) =>
      say(`the accuracy of ${difference.a} ${when}`, `that of ${difference.b}`, difference),
    shortClause: (difference) => say(`its accuracy ${when}`, `that of ${difference.b}`, difference),
  };
}

/** '' where one round alone tells none. */
function endsText(
  { low, high }: MeanInterval,
  rounds: number,
  text: (value: number) => string,
  unit: string,
): string {
  if (low === null || high === null) return '';
  return `95 % interval ${text(low)} to ${text(high)}${unit} over ${plural(rounds, 'round')}`;
}
