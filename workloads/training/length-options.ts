import { numberOption } from './options.ts';

/** Words that differ from workload to workload. */
interface LengthWords {
  /** What is counted, such as `steps`. */
  readonly counted: string;
  /** Length of a run that nobody bounds. */
  readonly defaultSeconds: number;
  /** What the seed is of, such as `weights and pictures`. */
  readonly seedOf: string;
}

/** How long a workload runs, and from which seed. */
export function lengthOptions({ counted, defaultSeconds, seedOf }: LengthWords) {
  return {
    steps: numberOption(
      { flag: '--steps', placeholder: 'count', description: `end after so many ${counted}` },
      { min: 1, whole: true },
      null,
    ),
    seconds: numberOption(
      { flag: '--seconds', placeholder: 'seconds', description: 'end after so many seconds' },
      { min: 0.001 },
      null,
      `${defaultSeconds} unless --steps is given`,
    ),
    seed: numberOption(
      { flag: '--seed', placeholder: 'number', description: `seed of ${seedOf}` },
      { min: 0, max: 2 ** 32 - 1, whole: true },
      1,
    ),
  };
}
