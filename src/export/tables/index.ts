import { WarpwatchError } from '../../model/errors.ts';
import { executions } from './executions.ts';
import { host } from './host.ts';
import { kernels, samples, steps } from './rows.ts';
import { summaries } from './summaries.ts';
import type { Table } from './table.ts';

/** Every table, in the order of help; the first is the one that is written unless another is asked for. */
export const tables: readonly Table[] = [executions, kernels, summaries, steps, samples, host];

/**
 * The table by that name.
 * @throws WarpwatchError `usage`
 */
export function tableOf(id: string): Table {
  const found = tables.find((table) => table.id === id);
  if (found !== undefined) return found;
  const known = tables.map((table) => table.id).join(', ');
  throw new WarpwatchError('usage', `There is no table "${id}"; choose one of ${known}.`);
}
