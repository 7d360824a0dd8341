import { WarpwatchError } from '../../../src/model/errors.ts';
import type { Mode } from '../mode.ts';
import { asyncMode } from './async.ts';
import { localMode } from './local.ts';
import { syncMode } from './sync.ts';

/** Every mode. */
export const modes: readonly Mode[] = [syncMode, asyncMode, localMode];

/** @throws WarpwatchError `usage` where there is none of the name */
export function findMode(name: string): Mode {
  const mode = modes.find((each) => each.name === name);
  if (mode !== undefined) return mode;
  const choices = modes.map((each) => each.name).join(', ');
  throw new WarpwatchError('usage', `There is no mode "${name}"; choose from ${choices}.`);
}
