import { type InputValues, slowInputFault } from '../input/open-feed.ts';
import type { TrainContext } from './train.ts';

/** The context of a training that says so where its input is slow on purpose. */
export function withInputFault(input: InputValues['input'], context: TrainContext): TrainContext {
  if (input !== 'slow') return context;
  const { probe } = context;
  return {
    ...context,
    probe: {
      ...probe,
      describe: (info) => {
        const faults = info.fault === undefined ? [] : [info.fault];
        probe.describe({ ...info, fault: [...faults, slowInputFault].join(', ') });
      },
    },
  };
}
