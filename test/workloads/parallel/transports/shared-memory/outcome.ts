import { messageOf, WarpwatchError } from '../../../../../src/model/errors.ts';
import type { Outcome } from './group.ts';

/** How a replica's scenario ends. */
export function outcomeOf(play: () => unknown): Outcome {
  try {
    return { kind: 'value', value: play() };
  } catch (error) {
    const code = error instanceof WarpwatchError ? error.code : null;
    const name = error instanceof Error ? error.name : '';
    return { kind: 'error', name, code, message: messageOf(error) };
  }
}
