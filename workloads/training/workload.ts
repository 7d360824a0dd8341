import { inspectable } from './health/inspector.ts';
import { type OptionTexts, type OptionValues, parseOptions, type WorkloadOptions } from './options.ts';
import type { TrainContext, TrainSummary } from './train.ts';

/** Words after `warpwatch`, and what they do; '' where they say it themselves. */
export type Example = readonly [words: string, about: string];

/** A training that the command line can start by name. Nothing of TensorFlow.js is loaded before `start`. */
export interface Workload {
  readonly name: string;
  /** One line for help. */
  readonly summary: string;
  /** For help; the first shows the workload as it is by default. */
  readonly examples: readonly Example[];
  /** Keys are the flags in camel case, as commander gives them. */
  readonly options: WorkloadOptions;
  /** Nothing is trained, and several replicas would have nothing to share. */
  readonly infersOnly?: true;
  /** Checks texts as typed, without starting anything. @throws WarpwatchError `usage`. */
  check(texts: OptionTexts): void;
  /**
   * Trains on the active backend, to the planned end or until `context.signal`.
   * @throws WarpwatchError `usage`, `not-found`, `unreadable` or `bad-data`
   */
  start(texts: OptionTexts, context: TrainContext): Promise<TrainSummary>;
}

export interface WorkloadDefinition<O extends WorkloadOptions> {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly Example[];
  readonly options: O;
  readonly infersOnly?: true;
  readonly start: (values: OptionValues<O>, context: TrainContext) => Promise<TrainSummary>;
}

/** Makes a workload whose options arrive typed. */
export function defineWorkload<O extends WorkloadOptions>(definition: WorkloadDefinition<O>): Workload {
  const { start, ...described } = definition;
  const { options } = described;
  return {
    ...described,
    check: (texts) => void parseOptions(options, texts),
    start: async (texts, context) => start(parseOptions(options, texts), inspectable(context)),
  };
}
