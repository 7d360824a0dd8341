import { choiceOption, namesOf, type WorkloadOption } from '../options.ts';
import { type FaultChoice, faultSummaries } from './names.ts';

/** The option of every workload that can be given a fault. */
export const faultOption: WorkloadOption<FaultChoice> = choiceOption(
  {
    flag: '--fault',
    placeholder: 'name',
    description: 'go wrong on purpose, to see how that is found',
  },
  ['none', ...namesOf(faultSummaries)],
  'none',
);
