import type { Step } from '../../../src/model/training.ts';

/** A range of NVTX whose name is that of a step. */
export interface StepRange {
  /** Global id of its thread. */
  readonly thread: number;
  readonly word: string;
  /** Null where the name has none. */
  readonly number: number | null;
  readonly startNs: number;
  readonly endNs: number;
}

/**
 * Words that name an iteration of a training, the most certain first: what torch.profiler emits, what a person writes,
 * and what may also be a part of a step.
 */
const stepWords: readonly string[] = ['profilerstep', 'step', 'iteration', 'iter', 'batch', 'sample'];
const stepName = new RegExp(
  String.raw`^(?:(?:train|training|global)[ _./:-]*)?(${stepWords.join('|')})[ _#:=/()[\]-]*(\d{1,15})?[)\]]?$`,
  'i',
);
const longestStepName = 64;

/**
 * What a name says of a step: `ProfilerStep#12`, `step 12`, `Iteration: 3`, `iter_7`, `train_step`, `sample_0`. The whole
 * name must be it, so that `Optimizer.step#Adam.step` is none.
 */
export function readStepName(text: string): Pick<StepRange, 'word' | 'number'> | null {
  if (text.length > longestStepName) return null;
  const found = stepName.exec(text);
  if (found === null) return null;
  const [, word = '', number] = found;
  return { word: word.toLowerCase(), number: number === undefined ? null : Number(number) };
}

/**
 * The steps among ranges that are named like steps. Ranges of one word on one thread belong together; of those within
 * another the outer one counts. They are steps where they follow each other without an overlap, and are several or have a
 * number. Of several such rows the one with the most certain word is taken, then that with the most ranges, then
 * that which covers more time. Where the report tells the ranks, each has its row; else one stands for all, since the
 * processes of a distributed training step together.
 * @param rankOf the rank of the thread with this global id, null where it is not known
 */
export function chooseSteps(
  ranges: readonly StepRange[],
  rankOf: (globalTid: number) => number | null,
): Step[] {
  const rows = new Map<string, StepRange[]>();
  for (const range of ranges) {
    const key = `${range.thread} ${range.word}`;
    const row = rows.get(key);
    if (row) row.push(range);
    else rows.set(key, [range]);
  }
  const candidates = [...rows.values()]
    .map(outermost)
    .filter(isRowOfSteps)
    .sort((a, b) => certainty(a) - certainty(b) || b.length - a.length || coveredNs(b) - coveredNs(a));
  const chosen = new Map<number | null, Step[]>();
  for (const row of candidates) {
    const rank = rankOf(row[0]?.thread ?? Number.NaN);
    if (!chosen.has(rank)) chosen.set(rank, toSteps(row, rank));
  }
  // A process whose rank is not known is one of those that are.
  if (chosen.size > 1) chosen.delete(null);
  return [...chosen.values()].flat();
}

/** In order of time; of ranges that begin together the longest first, so that it holds the others. */
function outermost(row: readonly StepRange[]): StepRange[] {
  const sorted = [...row].sort((a, b) => a.startNs - b.startNs || b.endNs - a.endNs);
  let endNs = Number.NEGATIVE_INFINITY;
  return sorted.filter((range) => {
    if (range.endNs <= endNs) return false;
    endNs = range.endNs;
    return true;
  });
}

function isRowOfSteps(row: readonly StepRange[]): boolean {
  const apart = row.every((range, at) => at === 0 || range.startNs >= (row[at - 1]?.endNs ?? 0));
  return apart && (row.length > 1 || row[0]?.number !== null);
}

function certainty(row: readonly StepRange[]): number {
  return stepWords.indexOf(row[0]?.word ?? '');
}

function coveredNs(row: readonly StepRange[]): number {
  return row.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0);
}

/** The program's own numbers where they ascend; else the steps are counted. */
function toSteps(row: readonly StepRange[], rank: number | null): Step[] {
  const numbered = row.every(({ number }, at) => number !== null && number > (row[at - 1]?.number ?? -1));
  return row.map(({ number, startNs, endNs }, index) => ({
    number: numbered && number !== null ? number : index + 1,
    startNs,
    endNs,
    samples: null,
    ...(rank === null ? {} : { rank }),
  }));
}
