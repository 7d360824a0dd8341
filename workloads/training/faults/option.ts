import { choiceOption, namesOf } from '../options.ts';
import { type FaultName, faultSummaries } from './names.ts';

/** What `--fault` takes; `none` for a sound training. */
export type FaultChoice = FaultName | 'none';

/** The option of every workload that can be given a fault. */
export const faultOption = choiceOption(
  {
    flag: '--fault',
    placeholder: 'name',
    description: 'go wrong on purpose, to see how that is found',
  },
  ['none', ...namesOf(faultSummaries)],
  'none',
);
