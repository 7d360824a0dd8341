import { join } from 'node:path';
import { bundled } from '../../../../support/bundled.ts';
import { mpirun } from '../../../../support/mpirun.ts';
import { type Outcome, resultOf } from '../shared-memory/group.ts';
import type { Line, Plan, RankFacts } from './plan.ts';

/** What a plan has unless it says otherwise. */
const usual = { input: null, deadlineSeconds: 20, goesOn: false };

export type Asked = Pick<Plan, 'scenarios'> & Partial<Plan>;

export interface Played {
  readonly code: number | null;
  readonly stderr: string;
  /** Processes of the ranks. */
  readonly pids: readonly number[];
  readonly machines: readonly string[];
  /** How a plan ended, by rank. */
  of(plan: number): readonly (Outcome | undefined)[];
}

/** Plays scenarios in the ranks of one job of `mpirun`. */
export async function playJob(ranks: number, plans: readonly Asked[], environment = {}): Promise<Played> {
  const program = bundled(join(import.meta.dirname, 'ranks.ts'));
  const thread = bundled(join(import.meta.dirname, 'replica-thread.ts'));
  const full = JSON.stringify(plans.map((plan) => ({ ...usual, ...plan })));
  const words = [program, thread, full];
  const { code, stdout, stderr } = await mpirun([{ count: ranks, words }], environment);
  const lines: Line[] = stdout
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  const of = (plan: number) => {
    const outcomes: (Outcome | undefined)[] = [];
    for (const line of lines) if (line.plan === plan) outcomes[line.rank] = line.outcome;
    return outcomes;
  };
  const begun = of(-1).map((outcome) => outcome && resultOf(outcome)) as readonly RankFacts[];
  return {
    code,
    stderr,
    pids: begun.map(({ pid }) => pid),
    machines: begun.map(({ machine }) => machine),
    of,
  };
}
