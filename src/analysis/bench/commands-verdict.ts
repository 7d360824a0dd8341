import { isKnown, type Measured } from '../../model/measured.ts';
import { type CommandFigures, type CommandRound, endedRuns } from './command-round.ts';
import { accuracyAtEqual } from './commands.ts';
import { comparePair } from './compare.ts';
import type { EqualPoints } from './equal-points.ts';
import type { ComparedFigure, Verdict } from './result.ts';

/** One of two commands. */
export interface CommandSide {
  readonly label: string;
  readonly rounds: readonly CommandRound[];
}

/** What a person must know to trust a comparison. */
export interface CommandsVerdict {
  readonly verdict: Verdict;
  readonly notes: readonly string[];
}

interface Pace {
  readonly figure: ComparedFigure;
  of(figures: CommandFigures): Measured;
  /** What is taken for granted where this is compared. */
  readonly note: string | null;
}

/** The best first: the first that both tell is compared. */
const paces: readonly Pace[] = [
  { figure: 'samplesPerSecond', of: ({ pace }) => pace.samplesPerSecond, note: null },
  {
    figure: 'stepsPerSecond',
    of: ({ pace }) => pace.stepsPerSecond,
    note: 'Steps are compared, those of all ranks together, since not both commands tell their samples: it is taken for granted that a step has equally many in both.',
  },
  {
    figure: 'programSeconds',
    of: ({ pace }) => pace.seconds,
    note: 'The time of the whole programs is compared, with all that comes before and after the training, since not both tell their steps.',
  },
];

/**
 * Compares two commands in the best figure of their pace that both tell, and in their accuracies.
 * @param equal what accuracies are compared at; null where one tells none
 * @param replicas the most ranks that one of them has
 */
export function commandsVerdict(
  sides: readonly CommandSide[],
  equal: EqualPoints | null,
  replicas: number,
): CommandsVerdict {
  const [a, b] = sides;
  if (a === undefined || b === undefined)
    return { verdict: { sentence: 'There is nothing to compare.', comparisons: [] }, notes: [] };
  const pace = paces.find(({ of }) =>
    [a, b].every(({ rounds }) => endedRuns(rounds).some((run) => isKnown(of(run)))),
  );
  const { figure, of, note } = pace ?? (paces[0] as Pace);
  const compared = ({ label, rounds }: CommandSide) => ({
    label,
    name: label,
    [figure]: byRound(rounds, of),
    accuracyAtEqualSeconds: byRound(rounds, (run) => accuracyAtEqual(run, 'seconds', equal)),
    accuracyAtEqualSamples: byRound(rounds, (run) => accuracyAtEqual(run, 'samples', equal)),
  });
  const { comparisons, sentence } = comparePair(compared(a), compared(b), replicas, '');
  return {
    verdict: { sentence, comparisons },
    notes: [...(pace === undefined || note === null ? [] : [note]), ...differentSteps(a, b)],
  };
}

/** Null where a run did not end or does not know the figure; the rounds of a command stand in their order. */
function byRound(rounds: readonly CommandRound[], of: Pace['of']): (number | null)[] {
  return rounds.map(({ outcome, figures }) =>
    outcome === 'ended' && figures !== null ? of(figures).value : null,
  );
}

function differentSteps(a: CommandSide, b: CommandSide): string[] {
  const [stepsOfA, stepsOfB] = [a, b].map(
    ({ rounds }) => new Set(endedRuns(rounds).map(({ pace }) => pace.steps)),
  );
  const texts = [stepsOfA, stepsOfB].map((steps) => [...(steps ?? [])].sort((x, y) => x - y).join(' or '));
  if (texts.includes('') || texts[0] === texts[1]) return [];
  return [
    `The commands made different numbers of steps, ${texts[0]} and ${texts[1]}: their losses at the end are not of equal training.`,
  ];
}
