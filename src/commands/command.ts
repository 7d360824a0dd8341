import type { Command } from 'commander';

/** A verb: one file of this folder and one row in the table. */
export interface Verb {
  readonly name: string;
  /** One line for `warpwatch --help`. */
  readonly summary: string;
  /** Loads the verb's file; help of the whole and other verbs do without it. */
  load(): Promise<VerbModule>;
}

export interface VerbModule {
  /**
   * Declares arguments, options, examples and the action on an empty command.
   * @param words what was typed after the verb, for verbs whose options depend on an argument
   */
  declare(command: Command, words: readonly string[], finish: Finish): void;
}

/** How an action tells the command line its end. */
export interface Finish {
  /** Takes the exit code of the action; 0 where it is not called. */
  (exitCode: number): void;
  /** A call into a driver has not come back, and the process must not wait for it. */
  withHangingCall(): void;
}
