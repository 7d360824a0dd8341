import { type InputValues, slowInputFault } from '../input/open-feed.ts';
import type { TrainContext } from './train.ts';

/** The context of a training that says so where its input is slow on purpose, beside any other fault. */
export function withInputFault(input: InputValues['input'], context: TrainContext): TrainContext {
  if (input !== 'slow') return context;
  const faults = context.fault === undefined ? [] : [context.fault];
  return { ...context, fault: [...faults, slowInputFault].join(', ') };
}
